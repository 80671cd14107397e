import type { Readable } from 'node:stream';
import { codeOf, TimeoutError, TruncatedError } from '../errors/index.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { RequestDecoder } from '../protocol/index.ts';
import type { CompileRequest } from '../protocol/index.ts';

/** The deadlines of a connection, in milliseconds. */
export interface Deadlines {
  /** From accept to the first byte. */
  readonly firstByteMs: number;
  /** The longest silence after it: a client may preprocess between the command and the source. */
  readonly idleMs: number;
  /** From accept to the last byte of the request. */
  readonly requestMs: number;
}

/** How {@link readRequest} reads. */
export interface ReadRequestOptions {
  readonly deadlines: Deadlines;
  /** The whole request, as sent and after decompression. */
  readonly maxRequestBytes: number;
  /** Sees each chunk before it is kept, and throws when there is no room for it. */
  readonly reserve: (chunk: Uint8Array) => void;
  /** Ends a connection that has not sent a byte: the daemon stops. */
  readonly draining: AbortSignal;
  /** Ends it at any time. */
  readonly signal: AbortSignal;
}

/**
 * Read one request and leave the stream open, for the answer.
 * @returns undefined when the client leaves without a byte
 * @throws {ProtocolError} when the bytes are no request or pass a limit
 * @throws {TruncatedError} when the client leaves before the end
 * @throws {TimeoutError} when a deadline passes
 */
export async function readRequest(
  input: Readable,
  options: ReadRequestOptions,
): Promise<CompileRequest | undefined> {
  const { maxRequestBytes: max, reserve, draining, signal } = options;
  signal.throwIfAborted();
  draining.throwIfAborted();
  const decoder = new RequestDecoder({
    ...{ maxRequestBytes: max, maxBodyBytes: max, maxPlainBytes: max },
  });
  const end = (error: Error): void => void input.destroy(error);
  const clock = watchTime(options.deadlines, end);
  const takeBack = [
    onAbort(signal, () => {
      end(reasonOf(signal));
    }),
    onAbort(draining, () => {
      if (!decoder.isStarted) end(reasonOf(draining));
    }),
  ];
  try {
    for await (const chunk of input.iterator({ destroyOnReturn: false })) {
      clock.hear();
      reserve(chunk as Uint8Array);
      const request = decoder.push(chunk as Uint8Array);
      if (request !== undefined) return request;
    }
  } catch (cause) {
    if (cause instanceof Error && !('code' in cause)) throw cause; // ours: a system error has a code
    throw new TruncatedError(`Connection broken: ${codeOf(cause)}`, { cause });
  } finally {
    clock.stop();
    for (const each of takeBack) each();
  }
  decoder.end();
  return undefined;
}

function watchTime(deadlines: Deadlines, end: (error: Error) => void) {
  const { firstByteMs, idleMs, requestMs } = deadlines;
  const arm = (text: string, ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      end(new TimeoutError(`${text} ${ms} ms`));
    }, ms);
  const whole = arm('The request was not complete within', requestMs);
  let silence = arm('Not a byte came within', firstByteMs);
  let isFirst = true;
  return {
    hear: (): void => {
      if (!isFirst) {
        silence.refresh();
        return;
      }
      isFirst = false;
      clearTimeout(silence);
      silence = arm('The client was silent for', idleMs);
    },
    stop: (): void => {
      clearTimeout(whole);
      clearTimeout(silence);
    },
  };
}
