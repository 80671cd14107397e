import { ConnectError, TimeoutError, TruncatedError } from '../errors/index.ts';
import { codeOf } from './code-of.ts';
import type { Connection } from './connection.ts';

/** How {@link readChunks} waits. */
export interface ReadOptions {
  /** The longest silence of the peer, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** The longest wait for the first byte, when that is another. */
  readonly firstByteTimeoutMs?: number;
  /** Leave the socket open when the reader stops early: the answer goes out on it. */
  readonly keepsOpen?: boolean;
  readonly signal: AbortSignal;
}

/**
 * What a peer sends until it ends its side.
 * @throws {TimeoutError} when the peer is silent for `idleTimeoutMs`
 * @throws {ConnectError} when it turns out that there never was a connection: ssh could not log in
 * @throws {TruncatedError} when the connection breaks
 */
export async function* readChunks(
  socket: Connection,
  options: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const { signal, idleTimeoutMs, firstByteTimeoutMs = idleTimeoutMs } = options;
  signal.throwIfAborted();
  const silence = (): void => {
    socket.destroy(new TimeoutError(`No answer for ${socket.timeout ?? idleTimeoutMs} ms`));
  };
  const abort = (): void => void socket.destroy();
  socket.setTimeout(firstByteTimeoutMs, silence);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const chunks = socket.iterator({ destroyOnReturn: options.keepsOpen !== true });
    for await (const chunk of chunks) {
      if (firstByteTimeoutMs !== idleTimeoutMs) socket.setTimeout(idleTimeoutMs);
      yield chunk as Uint8Array;
    }
    signal.throwIfAborted();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TimeoutError || cause instanceof ConnectError) throw cause;
    throw new TruncatedError(`Connection broken: ${codeOf(cause)}`, { cause });
  } finally {
    signal.removeEventListener('abort', abort);
    socket.setTimeout(0, silence);
    socket.off('timeout', silence);
  }
}
