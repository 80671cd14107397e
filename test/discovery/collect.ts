import type { Candidate, DiscoverOptions, DiscoveryWarning } from '../../src/discovery/index.ts';

/** Options for a source, and the warnings it gave. */
export interface TestOptions extends DiscoverOptions {
  readonly warnings: DiscoveryWarning[];
}

/** Options with a signal that never aborts, unless told otherwise. */
export function makeOptions(
  options: Partial<DiscoverOptions> & Pick<DiscoverOptions, 'resolver'>,
): TestOptions {
  const warnings: DiscoveryWarning[] = [];
  const onWarning = (warning: DiscoveryWarning): void => void warnings.push(warning);
  return { signal: new AbortController().signal, onWarning, warnings, ...options };
}

/** All that a source gives, and what it throws at last. */
export async function collect(
  candidates: AsyncIterable<Candidate>,
): Promise<{ all: Candidate[]; names: string[]; error: unknown }> {
  const all: Candidate[] = [];
  let error: unknown;
  try {
    for await (const candidate of candidates) all.push(candidate);
  } catch (cause) {
    error = cause;
  }
  return { all, names: all.map(({ name }) => name), error };
}
