import { randomFillSync } from 'node:crypto';
import type net from 'node:net';
import type { Language } from '../../probes/index.ts';
import { ConnectError, IoError, TimeoutError, TlsError, UntrustedError } from '../errors/index.ts';
import { codeOf, connect, onAbort } from '../net/index.ts';
import type { ProtocolVersion } from '../protocol/index.ts';
import type { Identity } from '../tls/index.ts';
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
  /** Asked over TLS, where its certificate must have this name or address. */
  readonly tlsName?: string;
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
  /**
   * What hosts with a `tlsName` are asked with.
   * @throws {IoError} when our own certificate is no good
   */
  readonly identity?: () => Promise<Identity>;
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
  const { signal } = options;
  const startedAtMs = performance.now();
  try {
    const socket = await open(target, options);
    const connectMs = performance.now() - startedAtMs;
    const abort = (): void => void socket.destroy();
    const takeBack = onAbort(signal, abort);
    try {
      if (options.compileTimeoutMs === 0) return { verdict: 'up', connectMs };
      const result = await compileWitness(socket, connectMs, options);
      return { connectMs, ...(target.tlsName === undefined ? result : judgeOverTls(result)) };
    } finally {
      takeBack();
      socket.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    return judgeConnection(error);
  }
}

async function open(target: ProbeTarget, options: ProbeOptions): Promise<net.Socket> {
  const { address, port, tlsName } = target;
  const { connectTimeoutMs: timeoutMs, identity, signal } = options;
  const wait = { timeoutMs, allowHalfOpen: true, signal };
  if (tlsName === undefined) return connect(address, port, wait);
  if (identity === undefined) throw new IoError('Cannot ask over TLS: there is no certificate');
  const { connectTls } = await import('../tls/index.ts'); // others need not wait for node:tls
  // No ticket: a host that is vetted shows its certificate each time.
  return connectTls(address, port, { ...wait, identity: await identity(), serverName: tlsName });
}

async function compileWitness(
  socket: net.Socket,
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

/** Over TLS there is our distccd alone, which closes without a word on nobody but those it does not know. */
function judgeOverTls(result: ProbeResult): ProbeResult {
  if (result.verdict !== 'not-allowed') return result;
  return { ...result, verdict: 'denied', reason: "It does not take this machine's certificate" };
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

/** OpenSSL's codes for a list of the revoked that says nothing: it is our own that is no good. */
const OWN_LIST_FAULTS = new Set([
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'UNABLE_TO_GET_CRL',
  'CRL_SIGNATURE_FAILURE',
]);

/** What went wrong before the connection was a trusted one. */
function judgeTls(error: unknown): ProbeResult | undefined {
  if (error instanceof UntrustedError) {
    const isLocalFault = OWN_LIST_FAULTS.has(codeOf(error.cause));
    return { verdict: 'untrusted', reason: error.message, ...(isLocalFault && { isLocalFault }) };
  }
  if (error instanceof TlsError) return { verdict: 'tls-failed', reason: error.message };
  if (!(error instanceof IoError)) return undefined;
  return { verdict: 'tls-failed', reason: error.message, isLocalFault: true };
}

function judgeConnection(error: unknown): ProbeResult {
  const overTls = judgeTls(error);
  if (overTls !== undefined) return overTls;
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
