import { codeOf, ConnectError, TimeoutError, TruncatedError } from '../errors/index.ts';
import type { Connection } from './connection.ts';
import { onAbort } from './on-abort.ts';

/** How {@link readChunks} waits. */
export interface ReadOptions {
  /** The longest silence of the peer, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** The longest wait for the first byte, when that is another. */
  readonly firstByteTimeoutMs?: number;
  readonly signal: AbortSignal;
}

/**
 * What a peer sends until it ends its side. Whoever stops early has the connection to destroy.
 * @throws {TimeoutError} when the peer is silent for `idleTimeoutMs`
 * @throws {ConnectError} when it turns out that there never was a connection: ssh could not log in
 * @throws {TruncatedError} when the connection breaks
 */
export async function* readChunks(
  socket: Connection,
  { signal, idleTimeoutMs, firstByteTimeoutMs = idleTimeoutMs }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const inbox = new Inbox(socket);
  const onSilence = (): void => {
    socket.destroy(new TimeoutError(`No answer for ${socket.timeout ?? idleTimeoutMs} ms`));
  };
  const takeBack = onAbort(signal, () => socket.destroy());
  socket.setTimeout(firstByteTimeoutMs, onSilence);
  try {
    for (;;) {
      const chunk = await inbox.next();
      if (chunk === undefined) break;
      if (firstByteTimeoutMs !== idleTimeoutMs) socket.setTimeout(idleTimeoutMs);
      yield chunk;
    }
    signal.throwIfAborted();
    const fault = inbox.fault();
    if (fault !== undefined) throw fault;
  } finally {
    takeBack();
    socket.setTimeout(0, onSilence);
    socket.off('timeout', onSilence);
    inbox.close();
  }
}

/** What has arrived and was not read yet. */
class Inbox {
  readonly #socket: Connection;
  readonly #chunks: Uint8Array[] = [];
  #state: 'open' | 'ended' | 'closed' = 'open';
  #wake: () => void = () => undefined;

  constructor(socket: Connection) {
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
  }

  /** @returns undefined when nothing more will come */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && this.#state === 'open') {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#chunks.shift();
  }

  /** Why the connection broke before its end, if it did. */
  fault(): Error | undefined {
    const cause = this.#socket.errored;
    if (cause instanceof TimeoutError || cause instanceof ConnectError) return cause;
    if (cause === null && this.#state === 'ended') return undefined;
    const what = cause === null ? 'it was closed' : codeOf(cause);
    return new TruncatedError(`Connection broken: ${what}`, { cause });
  }

  close(): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onClose);
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#chunks.push(chunk);
    this.#wake();
  };

  readonly #onEnd = (): void => {
    this.#state = 'ended';
    this.#wake();
  };

  readonly #onClose = (): void => {
    if (this.#state === 'open') this.#state = 'closed';
    this.#wake();
  };
}
