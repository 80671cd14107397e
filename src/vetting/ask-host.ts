import { isHostFault, probe } from '../probing/index.ts';
import type { ProbeResult, ProbeTarget } from '../probing/index.ts';
import type { Run } from './judge-candidate.ts';

/** What a host's answer was, and which of its addresses gave it. */
export interface HostAnswer {
  readonly address: string;
  readonly result: ProbeResult;
}

/**
 * A name with many addresses is one host: the first that takes a connection speaks for it.
 * @param addresses - at least one
 */
export async function askHost(
  addresses: readonly string[],
  port: number,
  run: Run,
): Promise<HostAnswer> {
  let last: HostAnswer | undefined;
  for (const address of addresses) {
    last = { address, result: await askAddress({ address, port }, run) };
    if (last.result.connectMs !== undefined || last.result.verdict === 'up') break;
  }
  if (last === undefined) throw new RangeError('A host without addresses');
  return last;
}

/** What the blacklist says first, and what it learns. */
async function askAddress(target: ProbeTarget, run: Run): Promise<ProbeResult> {
  const { blacklist } = run;
  const { address, port } = target;
  const record = run.asksBlacklisted ? undefined : blacklist?.find(address, port);
  if (record !== undefined) {
    const seconds = Math.ceil((record.until - Date.now()) / 1000);
    const reason = `Failed ${record.failures} times, lately ${record.reason}: left alone for ${seconds} s more`;
    return { verdict: 'blacklisted', reason };
  }
  const result = await askRepeatedly(target, run);
  const { verdict } = result;
  if (verdict === 'up') blacklist?.recordSuccess(address, port);
  else if (isHostFault(verdict)) blacklist?.recordFailure(address, port, verdict);
  return result;
}

/** The middle one of `repeat` answers by compile time; the first bad one ends the asking. */
async function askRepeatedly(target: ProbeTarget, run: Run): Promise<ProbeResult> {
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

async function askOnce(target: ProbeTarget, run: Run): Promise<ProbeResult> {
  try {
    return await probe(target, run);
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    const reason = `Not answered when the run's limit of ${run.totalTimeoutMs} ms was over`;
    return { verdict: 'too-slow', reason };
  }
}
