import { readFileSync } from 'node:fs';

/** Whether a process is there and has not ended: one that nobody has waited for does not count. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
