import fs from 'node:fs';

/** A quarter of what a shell with 1,024 descriptors may have open. */
const MOST = 256;

/** What this process has open beside its probes. */
const OTHERS = 32;

/**
 * How many connections there may be at once. Where few files may be open it is less than half of them: the
 * executable keeps those for a while that nobody waits for any more.
 * @param limits - `/proc/self/limits`; elsewhere shells allow enough
 */
export function probesAtOnce(limits = readLimits()): number {
  const maxOpen = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
  return Math.max(4, Math.min(MOST, Math.floor((maxOpen - OTHERS) / 2)));
}

function readLimits(): string {
  try {
    return fs.readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
