import { withItsSources } from './list-sources.ts';
import { isPlainName, quoteName } from './plain-name.ts';
import { discoverers } from './table.ts';
import type { Candidate, DiscoverOptions, DiscoverySource, DiscoveryWarning } from './types.ts';

/** One word of the user's, and the way to find its hosts. */
export interface Wanted {
  readonly source: DiscoverySource;
  readonly word: string;
}

/**
 * The candidates of several words, asked side by side, as they come. A source that fails is a warning
 * with `endsSource`, and the others go on; so is a name that is no host's. One machine found twice
 * comes twice.
 * @param wanted - the order is the user's; candidates come in the order they become known
 * @throws the signal's reason when it aborts
 */
export async function* discoverAll(
  wanted: readonly Wanted[],
  options: DiscoverOptions,
): AsyncGenerator<Candidate> {
  const stop = new AbortController(); // a reader that leaves early stops the sources
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const streams = wanted
    .flatMap(withItsSources)
    .map((one) => discoverOne(one, { ...options, signal }));
  try {
    yield* merge(streams, () => {
      stop.abort();
    });
    options.signal.throwIfAborted();
  } finally {
    stop.abort();
  }
}

async function* discoverOne(
  { source, word }: Wanted,
  options: DiscoverOptions,
): AsyncGenerator<Candidate> {
  try {
    for await (const candidate of discoverers[source](word, options)) {
      if (isPlain(candidate)) yield candidate;
      else options.onWarning(warningOf(candidate));
    }
  } catch (cause) {
    if (options.signal.aborted) return; // whoever aborted knows
    const message = cause instanceof Error ? cause.message : String(cause);
    options.onWarning({ source, sourceText: word, message, endsSource: true, cause });
  }
}

/** Lists come from files, too: a command among them is for the shell of the host, and not for tricks. */
function isPlain({ name, ssh }: Candidate): boolean {
  if (ssh === undefined) return isPlainName(name);
  const { user = '', host, command = '' } = ssh;
  return isPlainName(host) && /^[\w.-]*$/.test(user) && /^[\w./~+-]*$/.test(command);
}

function warningOf({ name, source, sourceText }: Candidate): DiscoveryWarning {
  const message = `Cannot take the host ${quoteName(name)} of ${sourceText}: a name has letters, digits, "-", "_" and "." only`;
  return { source, sourceText, message, endsSource: false };
}

/**
 * Several streams as one, each read as fast as it gives.
 * @param leave - called when the reader leaves early: must make the streams end soon
 * @throws what a stream throws, once the values before it are out
 */
export async function* merge<T>(
  streams: readonly AsyncIterable<T>[],
  leave: () => void,
): AsyncGenerator<T> {
  let ready: T[] = [];
  let openCount = streams.length;
  let wake = (): void => undefined;
  const pumps = streams.map(async (stream) => {
    try {
      for await (const value of stream) {
        ready.push(value);
        wake();
      }
    } finally {
      openCount -= 1;
      wake();
    }
  });
  const done = Promise.all(pumps);
  done.catch(() => undefined); // told below
  try {
    while (openCount > 0 || ready.length > 0) {
      const batch = ready;
      ready = [];
      for (const value of batch) yield value;
      if (openCount > 0 && ready.length === 0)
        await new Promise<void>((resolve) => (wake = resolve));
    }
    await done;
  } finally {
    leave();
    await Promise.allSettled(pumps);
  }
}
