import { ProtocolError } from '../errors/index.ts';
import { defaultResponseLimits } from './limits.ts';
import type { ResponseLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { responseOrder } from './order.ts';
import { tokens } from './packet.ts';
import type { ProtocolVersion, Token } from './packet.ts';
import { PacketReader } from './packet-reader.ts';
import type { CompileResponse } from './response.ts';

/** Reads one response from a stream, however it was cut. Linear in time; each byte is copied once. */
export class ResponseDecoder {
  readonly #decoder: MessageDecoder<CompileResponse>;

  /**
   * @param version - the version of the request: the server must echo it
   * @param limits - those to use instead of {@link defaultResponseLimits}
   */
  constructor(version: ProtocolVersion, limits: Partial<ResponseLimits> = {}) {
    this.#decoder = new MessageDecoder(
      'response',
      readResponse(version, { ...defaultResponseLimits, ...limits }),
    );
  }

  /** Whether a first byte has come: before it, the server has refused rather than failed. */
  get isStarted(): boolean {
    return this.#decoder.isStarted;
  }

  /** Whether bytes came after the response; they are dropped. */
  get hasTrailingBytes(): boolean {
    return this.#decoder.hasTrailingBytes;
  }

  /**
   * Take the next bytes of the stream.
   * @returns the response, once, when its last byte has come
   * @throws {ProtocolError} when the bytes are not the protocol, break a limit or answer another version
   */
  push(chunk: Uint8Array): CompileResponse | undefined {
    return this.#decoder.push(chunk);
  }

  /**
   * The server has closed the connection.
   * @returns a protocol 3 success that came without dependencies; `undefined` if push() has returned the response
   * @throws {TruncatedError} when the response is not complete; it names the token awaited
   */
  end(): CompileResponse | undefined {
    return this.#decoder.end();
  }
}

type Draft = { -readonly [Part in keyof CompileResponse]: CompileResponse[Part] };

function* readResponse(version: ProtocolVersion, limits: ResponseLimits): Reading<CompileResponse> {
  const packets = new PacketReader({ ...limits, maxMessageBytes: limits.maxResponseBytes });
  const none = new Uint8Array(0);
  const draft: Draft = { version, status: 0, stderr: none, stdout: none, object: none };
  for (const part of responseOrder[version]) yield* partReadings[part](packets, draft);
  return draft;
}

type ReadPart = (packets: PacketReader, draft: Draft) => Reading<void>;

const partReadings = {
  *version(packets, { version }) {
    const { parameter } = yield* packets.head(tokens.response);
    if (parameter === version) return;
    throw new ProtocolError(`Cannot take DONE ${parameter}: version ${version} was asked for`);
  },
  *status(packets, draft) {
    draft.status = (yield* packets.head(tokens.status)).parameter;
  },
  *stderr(packets, draft) {
    draft.stderr = yield* readBulk(packets, tokens.stderr, draft.version);
  },
  *stdout(packets, draft) {
    draft.stdout = yield* readBulk(packets, tokens.stdout, draft.version);
  },
  *object(packets, draft) {
    const head = yield* packets.head(tokens.object);
    // A failed job has no object. The original ignores one that is sent all the same, and so do we.
    if (draft.status === 0) draft.object = yield* packets.bulk(head, draft.version);
  },
  *dependencies(packets, draft) {
    if (draft.status !== 0) return;
    const head = yield* packets.optionalHead(tokens.dependencies);
    if (head) draft.dependencies = yield* packets.bulk(head, draft.version);
  },
} satisfies Record<keyof CompileResponse, ReadPart>;

function* readBulk(
  packets: PacketReader,
  token: Token,
  version: ProtocolVersion,
): Reading<Uint8Array> {
  return yield* packets.bulk(yield* packets.head(token), version);
}
