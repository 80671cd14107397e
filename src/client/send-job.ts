import { ProtocolError } from '../errors/index.ts';
import { formatAddress, connect, CONNECT_TIMEOUT_MS, readChunks } from '../net/index.ts';
import { encodeRequest, ResponseDecoder } from '../protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../protocol/index.ts';

/** Where and how {@link sendJob} sends. */
export interface SendOptions {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly ioTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Send one job to one host and wait for its whole answer.
 * @throws {ConnectError | TimeoutError} when no address of the host takes the connection
 * @throws {ProtocolError | TruncatedError | TimeoutError} when what comes back is no whole answer
 */
export async function sendJob(
  request: CompileRequest,
  options: SendOptions,
): Promise<CompileResponse> {
  const { signal, ioTimeoutMs, port } = options;
  const socket = await connectFirst(options);
  const where = formatAddress(socket.remoteAddress ?? '', port);
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
    throw new ProtocolError(`${where} closed the connection without an answer`);
  } finally {
    socket.destroy();
  }
}

/** One address after the other, as the original does. */
async function connectFirst(options: SendOptions): ReturnType<typeof connect> {
  const { addresses, port, signal } = options;
  let failure: unknown;
  for (const address of addresses) {
    try {
      return await connect(address, port, { timeoutMs: CONNECT_TIMEOUT_MS, signal });
    } catch (error) {
      failure = error;
      signal.throwIfAborted();
    }
  }
  throw failure;
}
