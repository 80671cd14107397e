import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ownCommand } from '../process/index.ts';

/** What a detached daemon tells the process that a person started. */
export const LISTENING = 'listening';

/**
 * Start this program again as a daemon in a session of its own, and come back once it listens.
 * @param argv - the daemon's own words
 * @returns 0, or the exit code of the daemon that could not start
 */
export async function detach(argv: readonly string[]): Promise<number> {
  const { file, args, argv0 } = ownCommand();
  const daemon = spawn(file, [...args, ...argv, '--no-detach'], {
    argv0,
    detached: true,
    // Not ours: whoever waits for the end of our standard error would wait for the daemon's end.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, [DETACHED]: '1' },
  });
  daemon.stderr?.pipe(process.stderr, { end: false });
  const end = once(daemon, 'close').then(([code]) => (typeof code === 'number' ? code : 1));
  const listening = once(daemon, 'message').then(() => 0);
  const result = await Promise.race([end, listening]);
  if (daemon.connected) daemon.disconnect();
  daemon.stderr?.destroy();
  daemon.unref();
  return result;
}

/** Set for the daemon that {@link detach} starts. */
const DETACHED = '_DISTCCD_DETACHED';

/** Tell the waiting parent that connections are taken now. */
export function reportListening(): void {
  if (!isDetached()) return;
  process.send?.(LISTENING);
  process.disconnect();
}

/** Whether this process is the daemon that {@link detach} started. */
export function isDetached(): boolean {
  return process.env[DETACHED] !== undefined;
}
