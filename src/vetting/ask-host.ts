import pLimit from 'p-limit';
import type { SshHost } from '../hosts/index.ts';
import { formatAddress } from '../net/index.ts';
import { isHostFault } from '../probing/index.ts';
import type { ProbeResult, ProbeTarget } from '../probing/index.ts';
import type { Run } from './judge-candidate.ts';

/** What a host's answer was, and which of its addresses gave it. */
export interface HostAnswer {
  readonly address: string;
  readonly result: ProbeResult;
}

/** Each login is two processes here and a key exchange: so many at once. */
const logins = pLimit(32);

/** One timed question. */
type Question = (target: ProbeTarget, run: Run) => Promise<ProbeResult>;

/**
 * A name with many addresses is one host: the first that takes a connection speaks for it.
 * @param addresses - at least one
 */
export async function askHost(
  addresses: readonly string[],
  host: Omit<ProbeTarget, 'address'>,
  run: Run,
  question: Question,
): Promise<HostAnswer> {
  let last: HostAnswer | undefined;
  for (const address of addresses) {
    const target = { ...host, address };
    if (last !== undefined && !isNews(target, run)) continue;
    let result = judgeUnasked(target, run);
    try {
      result ??= await (run.repeat > 1 ? askOften(target, run, question) : question(target, run));
      learn(target, result, run);
    } catch (error) {
      result = judgeLate(error, run);
    }
    last = { address, result };
    if (result.connectMs !== undefined || result.verdict === 'up') break;
  }
  if (last === undefined) throw new RangeError('A host without addresses');
  return last;
}

/** @param key - the host's `sshKey()`, which is its address to the blacklist */
export async function askThroughSsh(ssh: SshHost, key: string, run: Run): Promise<ProbeResult> {
  const { result } = await askHost([key], { port: 0 }, run, async () => {
    const { probeSsh } = await import('../probing/probe-ssh.ts'); // few lists need it
    return logins(() => probeSsh(ssh, run.env ?? process.env, run));
  });
  return result;
}

/** Where another name's row tells of that machine, there is nothing to ask it. */
function isNews({ address, port }: ProbeTarget, { seen }: Run): boolean {
  const machine = formatAddress(address, port);
  if (seen.has(machine)) return false;
  seen.add(machine);
  return true;
}

/** A host that failed lately is left alone; without any time for a connection, the others are believed. */
function judgeUnasked({ address, port }: ProbeTarget, run: Run): ProbeResult | undefined {
  const record = run.blacklist?.find(address, port);
  if (record === undefined || (record.isBenched !== true && run.asksBlacklisted === true)) {
    return run.connectTimeoutMs === 0 ? { verdict: 'up' } : undefined;
  }
  const seconds = Math.ceil((record.until - Date.now()) / 1000);
  const times = record.failures === 1 ? 'once' : `${record.failures} times`;
  const reason = `Failed ${times}, lately ${record.reason}: left alone for ${seconds} s more`;
  return { verdict: 'blacklisted', reason };
}

/** The middle one of `repeat` answers by compile time; the first bad one ends the asking. */
async function askOften(target: ProbeTarget, run: Run, question: Question): Promise<ProbeResult> {
  const results: ProbeResult[] = [];
  let result: ProbeResult;
  do {
    result = await question(target, run);
    results.push(result);
  } while (result.verdict === 'up' && results.length < run.repeat);
  return result.verdict === 'up' ? (middleOf(results) ?? result) : result;
}

/** @throws what is not due to the run's own limit */
function judgeLate(error: unknown, run: Run): ProbeResult {
  run.callerSignal.throwIfAborted();
  if (!run.signal.aborted) throw error;
  const reason = `Not answered when the run's limit of ${run.totalTimeoutMs} ms was over`;
  return { verdict: 'too-slow', reason };
}

function middleOf(results: ProbeResult[]): ProbeResult | undefined {
  results.sort((left, right) => (left.compileMs ?? 0) - (right.compileMs ?? 0));
  return results[Math.floor(results.length / 2)];
}

function learn({ address, port }: ProbeTarget, result: ProbeResult, { blacklist }: Run): void {
  const { verdict, compileMs, isLocalFault = false } = result;
  // A connection alone proves little: a stuck host takes it, too.
  if (verdict === 'up' && compileMs !== undefined) blacklist?.recordSuccess(address, port);
  if (isHostFault(verdict) && !isLocalFault) blacklist?.recordFailure(address, port, verdict);
}
