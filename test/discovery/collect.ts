import { discoverAll } from '../../src/discovery/index.ts';
import type {
  Candidate,
  DiscoverOptions,
  DiscoveryWarning,
  Wanted,
} from '../../src/discovery/index.ts';

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

/** What was found, and what was thrown at last. */
export interface Collected {
  readonly all: readonly Candidate[];
  readonly names: readonly string[];
  readonly error: unknown;
}

/** All that several sources give, and what they throw at last. */
export async function collectAll(
  wanted: readonly Wanted[],
  options: DiscoverOptions,
): Promise<Collected> {
  const all: Candidate[] = [];
  const error: unknown = await discoverAll(wanted, options, (candidate) => {
    all.push(candidate);
  }).catch((cause: unknown) => cause);
  return { all, names: all.map(({ name }) => name), error };
}

/** All that a source gives, and what it throws at last. */
export async function collect(candidates: AsyncIterable<readonly Candidate[]>): Promise<Collected> {
  const all: Candidate[] = [];
  let error: unknown;
  try {
    for await (const some of candidates) all.push(...some);
  } catch (cause) {
    error = cause;
  }
  return { all, names: all.map(({ name }) => name), error };
}
