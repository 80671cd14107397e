import { ProtocolError, TimeoutError } from '../errors/index.ts';
import { CONNECT_TIMEOUT_MS, formatAddress, readChunks } from '../net/index.ts';
import type { Connection, ReadOptions } from '../net/index.ts';
import { encodeRequest, ResponseDecoder } from '../protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../protocol/index.ts';
import type { Phase } from '../scheduling/index.ts';
import { openConnection } from './open-connection.ts';
import type { Destination } from './open-connection.ts';
import { PhaseClock } from './phase-clock.ts';

/** Where and how {@link sendJob} sends. */
export interface SendOptions extends Destination {
  /** The longest silence. */
  readonly ioTimeoutMs: number;
  /** The longest wait for a connection (4,000). */
  readonly connectTimeoutMs?: number;
  /** The longest wait for the answer's first byte (`ioTimeoutMs`). */
  readonly firstByteTimeoutMs?: number;
  /** The longest that all of it may take; none when absent. */
  readonly jobTimeoutMs?: number;
  readonly onPhase?: (phase: Phase) => void;
  readonly signal: AbortSignal;
}

/**
 * Send one job to one address and wait for its whole answer.
 * @throws {ConnectError | TimeoutError} when it does not take the connection
 * @throws {TlsError | UntrustedError} when it does not prove who it is: nothing was sent
 * @throws {ProtocolError | TruncatedError | TimeoutError} when what comes back is no whole answer
 */
export async function sendJob(
  request: CompileRequest,
  options: SendOptions,
): Promise<CompileResponse> {
  const { signal, address, port } = options;
  const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const socket = await openConnection(options, { timeoutMs, signal });
  const deadline = startDeadline(socket, options.jobTimeoutMs);
  const phase = new PhaseClock(options.onPhase);
  try {
    phase.enter('Send');
    socket.cork();
    for (const chunk of encodeRequest(request)) socket.write(chunk);
    socket.uncork();
    // Its callback comes when all before it is sent.
    socket.write(new Uint8Array(0), () => {
      phase.enter('Compile');
    });
    const decoder = new ResponseDecoder(request.version);
    for await (const chunk of readChunks(socket, readOptions(options))) {
      phase.enter('Receive');
      const response = decoder.push(chunk);
      if (response !== undefined) return response;
    }
    const atEnd = decoder.end();
    if (atEnd !== undefined) return atEnd;
    const where = options.ssh === undefined ? formatAddress(address, port) : address;
    throw new ProtocolError(`${where} closed the connection without an answer`);
  } finally {
    phase.stop();
    clearTimeout(deadline);
    socket.destroy();
  }
}

function startDeadline(
  socket: Connection,
  jobTimeoutMs: number | undefined,
): NodeJS.Timeout | undefined {
  if (jobTimeoutMs === undefined) return undefined;
  return setTimeout(() => {
    socket.destroy(new TimeoutError(`No whole answer within ${jobTimeoutMs} ms`));
  }, jobTimeoutMs);
}

function readOptions({ ioTimeoutMs, firstByteTimeoutMs, signal }: SendOptions): ReadOptions {
  return {
    idleTimeoutMs: ioTimeoutMs,
    ...(firstByteTimeoutMs !== undefined && { firstByteTimeoutMs }),
    signal,
  };
}
