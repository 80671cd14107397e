import fs from 'node:fs';

/**
 * How many files this process may have open; Infinity where the system does not say.
 * @param limits - `/proc/self/limits`; elsewhere shells allow enough
 */
export function maxOpenFiles(limits = readLimits()): number {
  return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
}

function readLimits(): string {
  try {
    return fs.readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
