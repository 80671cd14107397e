import pLimit from 'p-limit';
import type { Blacklist } from '../blacklist/index.ts';
import type { SshHost } from '../hosts/index.ts';
import { formatAddress } from '../net/index.ts';
import { isHostFault, probe } from '../probing/index.ts';
import type { ProbeResult, ProbeTarget } from '../probing/index.ts';
import type { Run } from './judge-candidate.ts';

/** What a host's answer was, and which of its addresses gave it. */
export interface HostAnswer {
  readonly address: string;
  readonly result: ProbeResult;
}

/** Each login is two processes here and a key exchange: so many at once. */
const logins = pLimit(32);

/** Who is asked, and whether by ssh. */
interface Target extends ProbeTarget {
  readonly ssh: SshHost | undefined;
}

/**
 * A name with many addresses is one host: the first that takes a connection speaks for it.
 * @param addresses - at least one
 * @param ssh - how the host is reached, when that is by ssh; its `sshKey()` is the address
 */
export async function askHost(
  addresses: readonly string[],
  host: Omit<ProbeTarget, 'address'>,
  run: Run,
  ssh?: SshHost,
): Promise<HostAnswer> {
  let last: HostAnswer | undefined;
  for (const address of addresses) {
    if (last !== undefined) {
      const key = formatAddress(address, host.port);
      if (run.seen.has(key)) continue; // another name's row tells of that machine
      run.seen.add(key);
    }
    last = { address, result: await askAddress({ ...host, address, ssh }, run) };
    if (last.result.connectMs !== undefined || last.result.verdict === 'up') break;
  }
  if (last === undefined) throw new RangeError('A host without addresses');
  return last;
}

/** What the blacklist says first, and what it learns. */
function askAddress(target: Target, run: Run): Promise<ProbeResult> {
  const record = run.blacklist?.find(target.address, target.port);
  if (record === undefined || (record.isBenched !== true && run.asksBlacklisted === true)) {
    return askRepeatedly(target, run);
  }
  const seconds = Math.ceil((record.until - Date.now()) / 1000);
  const reason = `Failed ${record.failures} times, lately ${record.reason}: left alone for ${seconds} s more`;
  return Promise.resolve({ verdict: 'blacklisted', reason });
}

function learn(blacklist: Blacklist, { address, port }: ProbeTarget, result: ProbeResult): void {
  const { verdict, compileMs, isLocalFault = false } = result;
  // A connection alone proves little: a stuck host takes it, too.
  if (verdict === 'up' && compileMs !== undefined) blacklist.recordSuccess(address, port);
  if (isHostFault(verdict) && !isLocalFault) blacklist.recordFailure(address, port, verdict);
}

/** The middle one of `repeat` answers by compile time; the first bad one ends the asking. */
async function askRepeatedly(target: Target, run: Run): Promise<ProbeResult> {
  if (run.connectTimeoutMs === 0) return { verdict: 'up' };
  const results: ProbeResult[] = [];
  let result: ProbeResult;
  try {
    do {
      result = await askOnce(target, run);
      results.push(result);
    } while (result.verdict === 'up' && results.length < run.repeat);
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    const reason = `Not answered when the run's limit of ${run.totalTimeoutMs} ms was over`;
    return { verdict: 'too-slow', reason };
  }
  if (result.verdict === 'up') result = middleOf(results) ?? result;
  if (run.blacklist !== undefined) learn(run.blacklist, target, result);
  return result;
}

function middleOf(results: ProbeResult[]): ProbeResult | undefined {
  results.sort((left, right) => (left.compileMs ?? 0) - (right.compileMs ?? 0));
  return results[Math.floor(results.length / 2)];
}

function askOnce(target: Target, run: Run): Promise<ProbeResult> {
  return target.ssh === undefined ? probe(target, run) : askThroughSsh(target.ssh, run);
}

async function askThroughSsh(ssh: SshHost, run: Run): Promise<ProbeResult> {
  const { probeSsh } = await import('../probing/probe-ssh.ts'); // few lists need it
  return logins(() => probeSsh(ssh, run.env ?? process.env, run));
}
