import os from 'node:os';
import path from 'node:path';

/** Where distcc keeps its files: `$DISTCC_DIR`, or `~/.distcc`. It need not be there. */
export function distccFolder(env: NodeJS.ProcessEnv): string {
  return env['DISTCC_DIR'] ?? path.join(env['HOME'] ?? os.homedir(), '.distcc');
}

/** What the first failure of a host costs: `$DISTCC_BACKOFF_PERIOD` seconds, 0 for nothing (60). */
export function backoffPeriodMs(env: NodeJS.ProcessEnv): number {
  const seconds = Number(env['DISTCC_BACKOFF_PERIOD'] ?? 60);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds * 1000 : 60_000;
}
