import type { Candidate } from '../discovery/index.ts';
import type { Resolution } from '../dns/index.ts';
import { formatAddress } from '../net/index.ts';
import { probe } from '../probing/index.ts';
import type { ProbeResult } from '../probing/index.ts';
import { isSameNetwork } from './network.ts';
import type { Row } from './row.ts';
import type { VetOptions } from './vet.ts';

/** What the judging of all candidates of a run shares. */
export interface Run extends VetOptions {
  /** Aborts with the caller's signal, or when the run's time is over. */
  readonly signal: AbortSignal;
  readonly callerSignal: AbortSignal;
  /** `address:port` of every machine that was asked: one machine is one host. */
  readonly seen: Set<string>;
}

/**
 * Resolve one candidate, ask it, judge it.
 * @returns undefined when another name led to the same machine before
 */
export async function judgeCandidate(candidate: Candidate, run: Run): Promise<Row | undefined> {
  const startedAtMs = performance.now();
  const { resolution, dnsMs } = await resolve(candidate, run);
  const rowOf = (result: ProbeResult, address?: string): Row => ({
    candidate,
    ...(dnsMs === undefined ? {} : { dnsMs }),
    ...(address === undefined ? {} : { address }),
    totalMs: performance.now() - startedAtMs + (candidate.dnsMs ?? 0),
    ...result,
  });
  if (resolution.kind !== 'addresses') return rowOf(judgeResolution(candidate, resolution));
  const [first = ''] = resolution.addresses;
  const key = formatAddress(first, candidate.port);
  if (run.seen.has(key)) return undefined;
  run.seen.add(key);
  if (!isInNetwork(first, run)) {
    const [base = ''] = run.seen;
    const reason = `${first} is outside of the ${run.networkBits}-bit network of ${base}`;
    return rowOf({ verdict: 'off-network', reason }, first);
  }
  const { address, result } = await askAny(resolution.addresses, candidate.port, run);
  return rowOf(result, address);
}

interface Resolved {
  readonly resolution: Resolution;
  readonly dnsMs: number | undefined;
}

async function resolve(candidate: Candidate, run: Run): Promise<Resolved> {
  const { resolution, dnsMs } = candidate;
  if (resolution !== undefined) return { resolution, dnsMs };
  const startedAtMs = performance.now();
  try {
    const found = await run.resolver.resolve(candidate.name, { signal: run.signal });
    return { resolution: found, dnsMs: performance.now() - startedAtMs };
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    return { resolution: { kind: 'dns-timeout' }, dnsMs: undefined };
  }
}

function judgeResolution(
  { name }: Candidate,
  resolution: Exclude<Resolution, { kind: 'addresses' }>,
): ProbeResult {
  const reasons = {
    'no-such-name': `The DNS has no address for "${name}"`,
    'dns-timeout': `No DNS server answered for "${name}" in time`,
    'dns-failed': resolution.kind === 'dns-failed' ? resolution.reason : '',
  };
  return { verdict: resolution.kind, reason: reasons[resolution.kind] };
}

function isInNetwork(address: string, run: Run): boolean {
  const [base = ''] = run.seen;
  return run.networkBits === 0 || isSameNetwork(addressOf(base), address, run.networkBits);
}

/** The address of a `seen` key. */
function addressOf(key: string): string {
  return key.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

/** A name with many addresses is one host: the first address that takes a connection speaks for it. */
async function askAny(addresses: readonly string[], port: number, run: Run) {
  let asked: { address: string; result: ProbeResult } | undefined;
  for (const address of addresses) {
    asked = { address, result: await askRepeatedly({ address, port }, run) };
    if (asked.result.connectMs !== undefined || run.connectTimeoutMs === 0) break;
  }
  if (asked === undefined) throw new RangeError('A resolution without addresses');
  return asked;
}

/** The middle one of `repeat` answers by compile time; the first bad one ends the asking. */
async function askRepeatedly(
  target: { readonly address: string; readonly port: number },
  run: Run,
): Promise<ProbeResult> {
  if (run.connectTimeoutMs === 0) return { verdict: 'up' };
  const results: ProbeResult[] = [];
  while (results.length < run.repeat) {
    const result = await askOnce(target, run);
    if (result.verdict !== 'up') return result;
    results.push(result);
  }
  results.sort((left, right) => (left.compileMs ?? 0) - (right.compileMs ?? 0));
  return results[Math.floor(results.length / 2)] ?? { verdict: 'up' };
}

async function askOnce(target: { address: string; port: number }, run: Run): Promise<ProbeResult> {
  try {
    return await probe(target, run);
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    const reason = `Not answered when the run's limit of ${run.totalTimeoutMs} ms was over`;
    return { verdict: 'too-slow', reason };
  }
}
