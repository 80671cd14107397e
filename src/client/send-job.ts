import { ProtocolError } from '../errors/index.ts';
import { formatAddress, connect, CONNECT_TIMEOUT_MS, readChunks } from '../net/index.ts';
import { encodeRequest, ResponseDecoder } from '../protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../protocol/index.ts';

/** Where and how {@link sendJob} sends. */
export interface SendOptions {
  /** An IPv4 or IPv6 literal. */
  readonly address: string;
  readonly port: number;
  readonly ioTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Send one job to one address and wait for its whole answer.
 * @throws {ConnectError | TimeoutError} when it does not take the connection
 * @throws {ProtocolError | TruncatedError | TimeoutError} when what comes back is no whole answer
 */
export async function sendJob(
  request: CompileRequest,
  options: SendOptions,
): Promise<CompileResponse> {
  const { signal, ioTimeoutMs, address, port } = options;
  const socket = await connect(address, port, { timeoutMs: CONNECT_TIMEOUT_MS, signal });
  try {
    socket.cork();
    for (const chunk of encodeRequest(request)) socket.write(chunk);
    socket.uncork();
    const decoder = new ResponseDecoder(request.version);
    for await (const chunk of readChunks(socket, { idleTimeoutMs: ioTimeoutMs, signal })) {
      const response = decoder.push(chunk);
      if (response !== undefined) return response;
    }
    const atEnd = decoder.end();
    if (atEnd !== undefined) return atEnd;
    throw new ProtocolError(
      `${formatAddress(address, port)} closed the connection without an answer`,
    );
  } finally {
    socket.destroy();
  }
}
