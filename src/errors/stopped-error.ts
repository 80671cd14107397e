/** What ends a job when its user wants that; each ends a compiler too. */
export const stopSignals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** One of {@link stopSignals}. */
export type StopSignal = (typeof stopSignals)[number];

/**
 * A signal for this process and its children was heard from a child first. SIGPIPE is none that Node delivers:
 * it stands for an output that nobody reads any more.
 */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly signal: StopSignal | 'SIGPIPE';

  constructor(signal: StopSignal | 'SIGPIPE') {
    super(`Stopped by ${signal}`);
    this.signal = signal;
  }
}
