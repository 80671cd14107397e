import os from 'node:os';
import path from 'node:path';

/**
 * Where distcc keeps its files: `$DISTCC_DIR`, or `~/.distcc`. It need not be there. An empty variable
 * is none: the files would lie in whatever folder is compiled in.
 */
export function distccFolder(env: NodeJS.ProcessEnv): string {
  const { DISTCC_DIR: folder = '', HOME: home = '' } = env;
  return folder === '' ? path.join(home === '' ? homeOfUser() : home, '.distcc') : folder;
}

/** A user id without an entry, as containers have it, has no home: login(1) takes `/`. */
function homeOfUser(): string {
  try {
    return os.userInfo().homedir;
  } catch {
    return '/';
  }
}

/** What the first failure of a host costs: `$DISTCC_BACKOFF_PERIOD` seconds, 0 for nothing (60). */
export function backoffPeriodMs(env: NodeJS.ProcessEnv): number {
  const seconds = Number(env['DISTCC_BACKOFF_PERIOD'] ?? 60);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds * 1000 : 60_000;
}
