const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Call back when a signal aborts: one listener for a signal, however many wait. (A listener for each of
 * 5,000 names is slow, and Node warns from the eleventh on.)
 * @returns takes the callback back
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener(
      'abort',
      () => {
        callAll(all);
      },
      { once: true },
    );
    waiting.set(signal, (callbacks = all));
  }
  const own = (): void => {
    callback(); // the same function may wait twice
  };
  callbacks.add(own);
  return () => void callbacks.delete(own);
}

function callAll(callbacks: ReadonlySet<() => void>): void {
  for (const callback of [...callbacks]) callback(); // a callback may take others back
}

/** The reason as an Error: what may be thrown. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
