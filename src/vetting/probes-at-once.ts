import { maxOpenFiles } from '../process/index.ts';

/** More of them are no quicker. */
const MOST = 256;

/** What this process has open beside its probes. */
const OTHERS = 32;

/**
 * How many connections there may be at once. It is a fourth of the files that may be open: twice as many are
 * kept for a moment when they have done their work, and the executable keeps those for a while that nobody
 * waits for any more.
 */
export function probesAtOnce(maxOpen = maxOpenFiles()): number {
  return Math.max(2, Math.min(MOST, Math.floor((maxOpen - OTHERS) / 4)));
}
