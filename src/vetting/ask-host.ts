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

/**
 * A name with many addresses is one host: the first that takes a connection speaks for it.
 * @param addresses - at least one
 */
export async function askHost(
  addresses: readonly string[],
  host: Omit<ProbeTarget, 'address'>,
  run: Run,
): Promise<HostAnswer> {
  let last: HostAnswer | undefined;
  for (const address of addresses) {
    if (last !== undefined) {
      const key = formatAddress(address, host.port);
      if (run.seen.has(key)) continue; // another name's row tells of that machine
      run.seen.add(key);
    }
    const target = { ...host, address };
    const result = leftAlone(target, run) ?? (await ask(target, () => probe(target, run), run));
    last = { address, result };
    if (result.connectMs !== undefined || result.verdict === 'up') break;
  }
  if (last === undefined) throw new RangeError('A host without addresses');
  return last;
}

/** @param key - the host's `sshKey()`, which is its address to the blacklist */
export async function askThroughSsh(ssh: SshHost, key: string, run: Run): Promise<ProbeResult> {
  const target = { address: key, port: 0 };
  const probeOnce = async (): Promise<ProbeResult> => {
    const { probeSsh } = await import('../probing/probe-ssh.ts'); // few lists need it
    return logins(() => probeSsh(ssh, run.env ?? process.env, run));
  };
  return leftAlone(target, run) ?? ask(target, probeOnce, run);
}

/** What the blacklist says of a host that failed lately. */
function leftAlone({ address, port }: ProbeTarget, run: Run): ProbeResult | undefined {
  const record = run.blacklist?.find(address, port);
  if (record === undefined || (record.isBenched !== true && run.asksBlacklisted === true)) {
    return undefined;
  }
  const seconds = Math.ceil((record.until - Date.now()) / 1000);
  const times = record.failures === 1 ? 'once' : `${record.failures} times`;
  const reason = `Failed ${times}, lately ${record.reason}: left alone for ${seconds} s more`;
  return { verdict: 'blacklisted', reason };
}

/** The middle one of `repeat` answers by compile time; the first bad one ends the asking. */
async function ask(
  target: ProbeTarget,
  probeOnce: () => Promise<ProbeResult>,
  run: Run,
): Promise<ProbeResult> {
  if (run.connectTimeoutMs === 0) return { verdict: 'up' };
  const results: ProbeResult[] = [];
  let result: ProbeResult;
  try {
    do {
      result = await probeOnce();
      results.push(result);
    } while (result.verdict === 'up' && results.length < run.repeat);
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    const reason = `Not answered when the run's limit of ${run.totalTimeoutMs} ms was over`;
    return { verdict: 'too-slow', reason };
  }
  if (result.verdict === 'up' && results.length > 1) result = middleOf(results) ?? result;
  if (run.blacklist !== undefined) learn(run.blacklist, target, result);
  return result;
}

function middleOf(results: ProbeResult[]): ProbeResult | undefined {
  results.sort((left, right) => (left.compileMs ?? 0) - (right.compileMs ?? 0));
  return results[Math.floor(results.length / 2)];
}

function learn(blacklist: Blacklist, { address, port }: ProbeTarget, result: ProbeResult): void {
  const { verdict, compileMs, isLocalFault = false } = result;
  // A connection alone proves little: a stuck host takes it, too.
  if (verdict === 'up' && compileMs !== undefined) blacklist.recordSuccess(address, port);
  if (isHostFault(verdict) && !isLocalFault) blacklist.recordFailure(address, port, verdict);
}
