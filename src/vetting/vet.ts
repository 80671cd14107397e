import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Blacklist } from '../blacklist/index.ts';
import { discoverAll } from '../discovery/index.ts';
import type { Candidate, DiscoveryWarning, MdnsOptions, Wanted } from '../discovery/index.ts';
import type { Resolver } from '../dns/index.ts';
import type { ProbeOptions } from '../probing/index.ts';
import type { Connection } from '../net/index.ts';
import { DoneConnections } from './done-connections.ts';
import { judgeCandidate } from './judge-candidate.ts';
import type { Run } from './judge-candidate.ts';
import { probesAtOnce } from './probes-at-once.ts';
import { Results } from './results.ts';
import type { Row } from './row.ts';

/** How a farm is vetted. */
export interface VetOptions extends Omit<ProbeOptions, 'signal' | 'onDone'> {
  readonly resolver: Resolver;
  /** The port of candidates whose source names none. */
  readonly port: number;
  /** The first number of a pattern. */
  readonly start: number;
  /** Missing names that a pattern tolerates. */
  readonly gap: number;
  /** Where and how long multicast DNS is asked. */
  readonly mdns?: MdnsOptions;
  /** Every host is asked over TLS and has to prove itself, whatever its source says. */
  readonly isTls?: boolean;
  /** A name with many addresses is many hosts. */
  readonly allAddresses?: boolean;
  /** Hosts that are known already, beside those of the sources. */
  readonly known?: readonly Candidate[];
  /** Reach every host through ssh, whatever its source says. */
  readonly isThroughSsh?: boolean;
  /** Says how ssh is called (`process.env`). */
  readonly env?: NodeJS.ProcessEnv;
  /** Who is left alone; it learns from every verdict. */
  readonly blacklist?: Blacklist;
  /** Ask those who should be left alone too: their recovery is what is waited for. */
  readonly asksBlacklisted?: boolean;
  /** Whatever happens, no row comes later than this; 0 is no limit. */
  readonly totalTimeoutMs: number;
  /** Ask each host so often, keep the median. */
  readonly repeat: number;
  /** Hosts outside the first one's network of so many bits are `off-network`; 0 is no limit. */
  readonly networkBits: number;
  readonly onWarning: (warning: DiscoveryWarning) => void;
  /** Called as each candidate's turn begins, for those who count. */
  readonly onAsk?: () => void;
  readonly signal: AbortSignal;
}

/**
 * The whole line: candidates of every source, resolved, asked all at once, judged; a row for each as
 * soon as its verdict is known, those together that are known together. Leaving the loop early ends what is
 * still asked.
 * @throws the signal's reason when it aborts
 */
export async function* vet(
  sources: readonly Wanted[],
  options: VetOptions,
): AsyncGenerator<readonly Row[]> {
  const left = new AbortController();
  const { totalTimeoutMs } = options;
  const budget = totalTimeoutMs > 0 ? [AbortSignal.timeout(totalTimeoutMs)] : [];
  const signal = AbortSignal.any([options.signal, left.signal, ...budget]);
  setMaxListeners(0, signal); // a farm has more hosts than Node expects listeners
  const met = { seen: new Set<string>(), names: new Set<string>() };
  const base = { address: Promise.resolve(undefined) };
  const atOnce = probesAtOnce();
  const inTurn = pLimit(atOnce);
  const done = new DoneConnections(2 * atOnce);
  const onDone = (connection: Connection): void => {
    done.add(connection);
  };
  const run = { ...options, ...met, base, inTurn, onDone, signal, callerSignal: options.signal };
  const rows = new Results<Candidate, Row>(atOnce, (candidate) => {
    run.onAsk?.();
    return judgeCandidate(candidate, run);
  });
  try {
    const onFound = (candidate: Candidate): void => {
      rows.add(candidate);
    };
    rows.endAfter(discover(sources, run, onFound));
    yield* rows;
    options.signal.throwIfAborted();
  } finally {
    left.abort(new Error('No more hosts are wanted'));
    setImmediate(() => {
      done.close(); // who ends at once leaves that to the system
    });
  }
}

/** The run's own limit ends discovery quietly: what was found until then is judged and told. */
async function discover(
  sources: readonly Wanted[],
  run: Run,
  onFound: (candidate: Candidate) => void,
): Promise<void> {
  for (const candidate of run.known ?? []) onFound(candidate);
  try {
    await discoverAll(sources, run, onFound);
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
  }
}
