/** Whom an abort is told. */
export interface AbortWaiter {
  onAbort(): void;
}

const waiting = new WeakMap<AbortSignal, Set<AbortWaiter>>();

/**
 * All those whom a signal's abort is told, to add oneself to and delete oneself from: one listener for a
 * signal, however many wait. (A listener for each of 5,000 names is slow, and Node warns from the eleventh on.)
 */
export function abortWaiters(signal: AbortSignal): Set<AbortWaiter> {
  let waiters = waiting.get(signal);
  if (waiters === undefined) {
    const all = new Set<AbortWaiter>();
    signal.addEventListener(
      'abort',
      () => {
        for (const waiter of [...all]) waiter.onAbort(); // one may take others back
      },
      { once: true },
    );
    waiting.set(signal, (waiters = all));
  }
  return waiters;
}

/**
 * Call back when a signal aborts.
 * @returns takes the callback back
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiters = abortWaiters(signal);
  const own = { onAbort: callback }; // the same function may wait twice
  waiters.add(own);
  return () => void waiters.delete(own);
}

/** The reason as an Error: what may be thrown. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
