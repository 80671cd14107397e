import { constants } from 'node:os';
import type { RunOptions } from './run-child.ts';

/** Between SIGTERM and SIGKILL. */
export const KILL_DELAY_MS = 500;

/** What wait(2) would have said (fact sheet 1.5). */
export function waitStatus(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) << 8 : constants.signals[signal];
}

/**
 * End a child when the signal aborts, harder when it does not heed that.
 * @returns takes that back
 */
export function endOnAbort(
  { signal, killDelayMs = KILL_DELAY_MS }: Pick<RunOptions, 'signal' | 'killDelayMs'>,
  kill: (signal: NodeJS.Signals) => void,
): () => void {
  let killer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    kill(killDelayMs > 0 ? 'SIGTERM' : 'SIGKILL');
    if (killDelayMs > 0) killer = setTimeout(kill, killDelayMs, 'SIGKILL');
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(killer);
    signal.removeEventListener('abort', onAbort);
  };
}
