import { ProtocolError } from '../errors/index.ts';
import type { MessageLimits } from './limits.ts';
import { lzoDecompress } from './lzo/index.ts';
import type { Reading } from './message-decoder.ts';
import { decodeHead, HEAD_BYTES } from './packet.ts';
import type { PacketHead, ProtocolVersion, Token } from './packet.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The readings of single packets, which share the limits of one message. */
export class PacketReader {
  readonly #limits: MessageLimits;
  #messageBytesLeft: number;
  #plainBytesLeft: number;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
    this.#messageBytesLeft = limits.maxMessageBytes;
    this.#plainBytesLeft = limits.maxPlainBytes;
  }

  /** Read a head whose token is one of `wanted`. */
  *head(...wanted: readonly [Token, ...Token[]]): Reading<PacketHead> {
    const awaited = wanted.join(' or ');
    this.#spend(awaited, HEAD_BYTES);
    return expectToken(yield { awaited, byteCount: HEAD_BYTES }, wanted);
  }

  /** Read a head that the stream may end before. */
  *optionalHead(token: Token): Reading<PacketHead | undefined> {
    this.#spend(token, HEAD_BYTES);
    const bytes = yield { awaited: token, byteCount: HEAD_BYTES, mayEnd: true };
    return bytes.length === 0 ? undefined : expectToken(bytes, [token]);
  }

  /** Read a head that says how many packets follow. */
  *count(token: Token, maxCount: number): Reading<number> {
    const { parameter } = yield* this.head(token);
    checkLimit(token, parameter, maxCount);
    return parameter;
  }

  /** Read the text that belongs to a head just read: UTF-8 without NUL, as C would cut it there. */
  *text({ token, parameter }: PacketHead, maxBytes: number): Reading<string> {
    const bytes = yield* this.#body(token, parameter, maxBytes);
    if (bytes.includes(0)) throw new ProtocolError(`Cannot read ${token}: it holds a NUL`);
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      // Node hands words to a program as UTF-8 only; a changed word could compile into something else.
      throw new ProtocolError(`Cannot read ${token}: it is not UTF-8`, { cause });
    }
  }

  /** Read the bulk body that belongs to a head just read, decompressed where the version says so. */
  *bulk({ token, parameter }: PacketHead, version: ProtocolVersion): Reading<Uint8Array> {
    if (version === 1) checkLimit(token, parameter, this.#plainBytesLeft);
    const body = yield* this.#body(token, parameter, this.#limits.maxBodyBytes);
    const plain = version === 1 ? body : lzoDecompress(body, { maxBytes: this.#plainBytesLeft });
    this.#plainBytesLeft -= plain.length;
    return plain;
  }

  *#body(token: Token, byteCount: number, maxBytes: number): Reading<Uint8Array> {
    checkLimit(token, byteCount, maxBytes);
    this.#spend(token, byteCount);
    return byteCount === 0 ? new Uint8Array(0) : yield { awaited: token, byteCount };
  }

  #spend(awaited: string, byteCount: number): void {
    checkLimit(`the message at ${awaited}`, byteCount, this.#messageBytesLeft);
    this.#messageBytesLeft -= byteCount;
  }
}

function expectToken(bytes: Uint8Array, wanted: readonly Token[]): PacketHead {
  const head = decodeHead(bytes);
  if (wanted.includes(head.token)) return head;
  throw new ProtocolError(`Cannot go on at token ${head.token}: ${wanted.join(' or ')} wanted`);
}

function checkLimit(what: string, value: number, limit: number): void {
  if (value <= limit) return;
  throw new ProtocolError(`Cannot take ${what}: ${value} announced, at most ${limit} allowed`);
}
