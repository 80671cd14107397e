import fs from 'node:fs';

/** More of them are no quicker. */
const MOST = 256;

/** What this process has open beside its probes. */
const OTHERS = 32;

/**
 * How many connections there may be at once. It is a fourth of the files that may be open: twice as many are
 * kept for a moment when they have done their work, and the executable keeps those for a while that nobody
 * waits for any more.
 * @param limits - `/proc/self/limits`; elsewhere shells allow enough
 */
export function probesAtOnce(limits = readLimits()): number {
  const maxOpen = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
  return Math.max(2, Math.min(MOST, Math.floor((maxOpen - OTHERS) / 4)));
}

function readLimits(): string {
  try {
    return fs.readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
