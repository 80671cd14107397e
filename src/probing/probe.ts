import type { Language } from '../../probes/index.ts';
import { IoError } from '../errors/index.ts';
import { connect } from '../net/index.ts';
import type { ConnectOptions, Connection } from '../net/index.ts';
import type { ProtocolVersion } from '../protocol/index.ts';
import type { Identity } from '../tls/index.ts';
import { SshError } from '../ssh/ssh-error.ts';
import { ask } from './ask.ts';
import { judgeConnection } from './judge-connection.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { HostJudgement } from './judge-answer.ts';
import type { LocalCode } from './judge.ts';
import { nextRequest } from './prepare-requests.ts';
import type { ToolchainWanted } from './toolchain.ts';

/** Who is asked. */
export interface ProbeTarget {
  /** An IPv4 or IPv6 literal; with `open`, only what messages say. */
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
  /** How a connection is made, when not by TCP. */
  readonly open?: (options: ConnectOptions) => Promise<Connection>;
  /** Closes a connection whose host has answered; otherwise it is closed at once. */
  readonly onDone?: (connection: Connection) => void;
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
    const socket = await connectTo(target, options);
    const connectMs = performance.now() - startedAtMs;
    let isDone = false;
    try {
      if (options.compileTimeoutMs === 0) return { verdict: 'up', connectMs };
      const { chunks, right } = nextRequest(options);
      const askedAtMs = performance.now();
      const answer = await ask(socket, chunks, {
        version: options.protocol,
        timeoutMs: options.compileTimeoutMs,
        resetWaitMs: Math.min(50, 5 + 3 * connectMs),
        signal,
      });
      signal.throwIfAborted();
      if (socket.errored instanceof SshError) throw socket.errored; // an ssh of its own logs in late
      const compileMs = performance.now() - askedAtMs;
      isDone = answer.kind === 'response';
      const judgement = judgeAnswer(answer, right, options);
      return { connectMs, compileMs, ...judgeWithTls(judgement, target) };
    } finally {
      if (isDone && options.onDone !== undefined) options.onDone(socket);
      else socket.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    return judgeConnection(error);
  }
}

function connectTo(target: ProbeTarget, options: ProbeOptions): Promise<Connection> {
  const { connectTimeoutMs: timeoutMs, signal, open } = options;
  const wait = { timeoutMs, allowHalfOpen: true, signal };
  if (open !== undefined) return open(wait);
  const { address, port, tlsName } = target;
  if (tlsName === undefined) return connect(address, port, wait);
  return connectOverTls({ address, port, tlsName }, options.identity, wait);
}

async function connectOverTls(
  { address, port, tlsName: serverName }: Required<ProbeTarget>,
  identity: ProbeOptions['identity'],
  wait: ConnectOptions,
): Promise<Connection> {
  if (identity === undefined) throw new IoError('Cannot ask over TLS: there is no certificate');
  const { connectTls } = await import('../tls/index.ts'); // others do without
  // No ticket: a host that is vetted shows its certificate each time.
  return connectTls(address, port, { ...wait, identity: await identity(), serverName });
}

/** Over TLS there is our distccd alone, which closes without a word on nobody but those it does not know. */
function judgeWithTls(judgement: HostJudgement, { tlsName }: ProbeTarget): HostJudgement {
  if (tlsName === undefined || judgement.verdict !== 'not-allowed') return judgement;
  return { ...judgement, verdict: 'denied', reason: "It does not take this machine's certificate" };
}
