import { codeOf, ConnectError, TimeoutError } from '../errors/index.ts';
import type { Connection } from './connection.ts';
import { explainRefusal } from './explain-refusal.ts';
import { formatAddress } from './format-address.ts';
import { abortWaiters, reasonOf } from './on-abort.ts';
import type { AbortWaiter } from './on-abort.ts';
import { PatientTimer } from './patient-timer.ts';
import type { LateWaiter } from './patient-timer.ts';

/** How {@link open} waits. */
export interface ConnectOptions {
  readonly timeoutMs: number;
  /** Keep our side open when the peer ends its own. */
  readonly allowHalfOpen?: boolean;
  readonly signal: AbortSignal;
}

/** An address, or a path on this machine. */
export type Target =
  { readonly hostname: string; readonly port: number } | { readonly unix: string };

/** Who is told, never at once, what became of an attempt to connect. */
export interface Maker {
  onMade(): void;
  onFailed(error: unknown): void;
}

/** Begins to connect. */
export type Start<Made> = (target: Target, allowHalfOpen: boolean, maker: Maker) => Made;

const TOO_LATE = new Error('Too late');

/**
 * Wait for a connection to be made.
 * @throws {TimeoutError | ConnectError} when nothing answers within `timeoutMs`, or nobody takes it
 */
export function open<Made extends Connection>(
  target: Target,
  options: ConnectOptions,
  start: Start<Made>,
): Promise<Made> {
  return new Promise((resolve, reject) => {
    options.signal.throwIfAborted();
    new Attempt<Made>(target, options, resolve, reject).begin(start);
  });
}

/** With a timer and waiters of our own: AbortSignal.any and .timeout cost more than the connection. */
class Attempt<Made extends Connection> implements AbortWaiter, LateWaiter {
  readonly #target: Target;
  readonly #options: ConnectOptions;
  readonly #resolve: (made: Made) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #timer = new PatientTimer(this);
  #made: Made | undefined;
  #isOver = false;

  constructor(
    target: Target,
    options: ConnectOptions,
    resolve: (made: Made) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#target = target;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(start: Start<Made>): void {
    const { signal, timeoutMs, allowHalfOpen = false } = this.#options;
    this.#timer.start(timeoutMs);
    abortWaiters(signal).add(this);
    this.#made = start(this.#target, allowHalfOpen, this);
  }

  onMade(): void {
    if (this.#isOver || this.#made === undefined) return;
    this.#end();
    this.#resolve(this.#made);
  }

  onFailed(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#made?.destroy();
    explain(error, this.#target, this.#options).catch(this.#reject);
  }

  onLate(): void {
    this.onFailed(TOO_LATE);
  }

  onAbort(): void {
    this.onFailed(reasonOf(this.#options.signal));
  }

  #end(): void {
    this.#isOver = true;
    this.#timer.stop();
    abortWaiters(this.#options.signal).delete(this);
  }
}

/** @throws why there is no connection; the caller's own reason comes first */
async function explain(cause: unknown, target: Target, options: ConnectOptions): Promise<never> {
  options.signal.throwIfAborted();
  const where = 'unix' in target ? target.unix : formatAddress(target.hostname, target.port);
  if (cause === TOO_LATE)
    throw new TimeoutError(`No connection to ${where} within ${options.timeoutMs} ms`);
  const real = 'unix' in target ? cause : await explainRefusal(cause, target.hostname);
  throw new ConnectError(`Cannot connect to ${where}: ${codeOf(real)}`, { cause: real });
}
