import type net from 'node:net';
import { readChunks } from '../net/index.ts';
import { RequestDecoder } from '../protocol/index.ts';
import type { CompileRequest } from '../protocol/index.ts';

/** How long {@link readRequest} waits. */
export interface ReadRequestOptions {
  /** The longest silence, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** Aborted when the whole request took too long, or the daemon stops. */
  readonly signal: AbortSignal;
}

/**
 * Read one request and leave the socket open, for the answer.
 * @returns undefined when the client leaves without a byte
 * @throws {ProtocolError} when the bytes are no request or pass a limit
 * @throws {TruncatedError} when the client leaves before the end
 * @throws {TimeoutError} when it is silent for too long
 */
export async function readRequest(
  socket: net.Socket,
  options: ReadRequestOptions,
): Promise<CompileRequest | undefined> {
  const decoder = new RequestDecoder();
  for await (const chunk of readChunks(socket, { ...options, keepsOpen: true })) {
    const request = decoder.push(chunk);
    if (request !== undefined) return request;
  }
  decoder.end();
  return undefined;
}
