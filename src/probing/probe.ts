import { randomFillSync } from 'node:crypto';
import type { Language } from '../../probes/index.ts';
import { ConnectError, TimeoutError } from '../errors/index.ts';
import { codeOf, connect, onAbort } from '../net/index.ts';
import type { ProtocolVersion } from '../protocol/index.ts';
import { ask } from './ask.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { HostJudgement } from './judge-answer.ts';
import type { LocalCode } from './judge.ts';
import type { ToolchainWanted } from './toolchain.ts';
import { makeWitness } from './witness.ts';
import type { Witness } from './witness.ts';

/** Who is asked. */
export interface ProbeTarget {
  /** An IPv4 or IPv6 literal. */
  readonly address: string;
  readonly port: number;
}

/** lsdistcc's default for -c. */
export const PROBE_CONNECT_TIMEOUT_MS = 900;

/** lsdistcc's default for -k: a good host answers within a second. */
export const PROBE_COMPILE_TIMEOUT_MS = 1000;

/** What is asked, and how long an answer may take. */
export interface ProbeOptions {
  readonly language: Language;
  readonly wanted: ToolchainWanted;
  readonly verify: 'object' | 'status';
  /** What the local compiler makes of the witness; an object with other code is refused. */
  readonly localCode?: LocalCode;
  readonly protocol: ProtocolVersion;
  readonly connectTimeoutMs: number;
  /** From the connection to the whole answer; 0 asks for the connection alone. */
  readonly compileTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** What one question told of a host; times in milliseconds, absent where it did not come so far. */
export interface ProbeResult extends HostJudgement {
  /** This machine could not ask: whatever the verdict, it says nothing against the host. */
  readonly isLocalFault?: boolean;
  readonly connectMs?: number;
  readonly compileMs?: number;
}

/**
 * Ask one server one timed question and judge the answer. What the host does wrong is a verdict.
 * @throws the signal's reason, when it aborts
 */
export async function probe(target: ProbeTarget, options: ProbeOptions): Promise<ProbeResult> {
  const { signal, connectTimeoutMs } = options;
  const startedAtMs = performance.now();
  try {
    const wait = { timeoutMs: connectTimeoutMs, allowHalfOpen: true, signal };
    const socket = await connect(target.address, target.port, wait);
    const connectMs = performance.now() - startedAtMs;
    const abort = (): void => void socket.destroy();
    const takeBack = onAbort(signal, abort);
    try {
      if (options.compileTimeoutMs === 0) return { verdict: 'up', connectMs };
      return { connectMs, ...(await compileWitness(socket, connectMs, options)) };
    } finally {
      takeBack();
      socket.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    return judgeConnection(error);
  }
}

async function compileWitness(
  socket: Awaited<ReturnType<typeof connect>>,
  connectMs: number,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { compileTimeoutMs: timeoutMs } = options;
  const witness = makeWitness(options.language, randomNumber);
  const startedAtMs = performance.now();
  const resetWaitMs = Math.min(50, 5 + 3 * connectMs);
  const answer = await ask(socket, requestOf(witness, options), { timeoutMs, resetWaitMs });
  options.signal.throwIfAborted();
  const compileMs = performance.now() - startedAtMs;
  return { compileMs, ...judgeAnswer(answer, { ...options, witness, timeoutMs }) };
}

function requestOf(witness: Witness, { protocol, wanted }: ProbeOptions) {
  const { fileName, objectName, source } = witness;
  const { compilerName, compilerArguments } = wanted;
  const args = [compilerName, ...compilerArguments, '-c', fileName, '-o', objectName];
  if (protocol !== 3) return { version: protocol, args, source } as const;
  const entries = [{ kind: 'file', name: `/${fileName}`, content: source }] as const;
  return { version: protocol, cwd: '/', args, entries } as const;
}

/** Drawn by the hundred: one at a time costs a system call each. */
const drawn = new BigUint64Array(128);
let drawnCount = drawn.length;

function randomNumber(): bigint {
  if (drawnCount === drawn.length) {
    randomFillSync(drawn);
    drawnCount = 0;
  }
  return drawn[drawnCount++] ?? 0n;
}

/** Codes that say that no machine took the packet, rather than that one turned it away. */
const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
]);

/** Codes of this machine's own troubles: no network, no route, no more open files, a filter of its own. */
const LOCAL_FAULTS = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EPERM',
  'EACCES',
]);

function judgeConnection(error: unknown): ProbeResult {
  if (error instanceof TimeoutError) {
    return { verdict: 'connect-timeout', reason: error.message };
  }
  if (!(error instanceof ConnectError)) throw error;
  const code = codeOf(error.cause);
  if (code === 'ECONNRESET') {
    return { verdict: 'denied', reason: 'It reset the connection before it read the request' };
  }
  return {
    verdict: UNREACHABLE.has(code) ? 'unreachable' : 'refused',
    reason: error.message,
    ...(LOCAL_FAULTS.has(code) && { isLocalFault: true }),
  };
}
