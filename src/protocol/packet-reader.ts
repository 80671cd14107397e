import { ProtocolError } from '../errors/index.ts';
import type { MessageLimits } from './limits.ts';
import { lzoDecompress } from './lzo/index.ts';
import type { Demand } from './message-decoder.ts';
import { decodeHead, HEAD_BYTES } from './packet.ts';
import type { PacketHead, ProtocolVersion, Token } from './packet.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What a reading waits for and what it makes of it, packet by packet, within the limits of one message.
 * Each `await` is yielded, and what it was handed goes to the method behind it: one generator reads a whole
 * message, as nested ones cost more than all else in a program that has just started.
 */
export class PacketReader {
  readonly #limits: MessageLimits;
  #messageBytesLeft: number;
  #plainBytesLeft: number;
  /** Whose head or body is awaited. */
  #wanted: readonly Token[] = [];

  constructor(limits: MessageLimits) {
    this.#limits = limits;
    this.#messageBytesLeft = limits.maxMessageBytes;
    this.#plainBytesLeft = limits.maxPlainBytes;
  }

  awaitHead(...wanted: readonly [Token, ...Token[]]): Demand {
    const awaited = wanted.join(' or ');
    this.#spend(awaited, HEAD_BYTES);
    this.#wanted = wanted;
    return { awaited, byteCount: HEAD_BYTES };
  }

  /** A head whose token is one of those awaited. */
  head(bytes: Uint8Array): PacketHead {
    const head = decodeHead(bytes);
    if (this.#wanted.includes(head.token)) return head;
    const wanted = this.#wanted.join(' or ');
    throw new ProtocolError(`Cannot go on at token ${head.token}: ${wanted} wanted`);
  }

  /** A head that says how many packets follow. */
  count(bytes: Uint8Array, maxCount: number): number {
    const { token, parameter } = this.head(bytes);
    checkLimit(token, parameter, maxCount);
    return parameter;
  }

  /** @param head - the one just read */
  awaitText(head: PacketHead, maxBytes: number): Demand {
    return this.#awaitBody(head, maxBytes);
  }

  /** A text: UTF-8 without NUL, as C would cut it there. */
  text(bytes: Uint8Array): string {
    const [token = ''] = this.#wanted;
    if (bytes.includes(0)) throw new ProtocolError(`Cannot read ${token}: it holds a NUL`);
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      // Node hands words to a program as UTF-8 only; a changed word could compile into something else.
      throw new ProtocolError(`Cannot read ${token}: it is not UTF-8`, { cause });
    }
  }

  /** @param head - the one just read */
  awaitBulk(head: PacketHead, version: ProtocolVersion): Demand {
    if (version === 1) checkLimit(head.token, head.parameter, this.#plainBytesLeft);
    return { ...this.#awaitBody(head, this.#limits.maxBodyBytes), isKept: true };
  }

  /** A bulk body, decompressed where the version says so. */
  bulk(body: Uint8Array, version: ProtocolVersion): Uint8Array {
    const plain = version === 1 ? body : lzoDecompress(body, { maxBytes: this.#plainBytesLeft });
    this.#plainBytesLeft -= plain.length;
    return plain;
  }

  #awaitBody({ token, parameter }: PacketHead, maxBytes: number): Demand {
    checkLimit(token, parameter, maxBytes);
    this.#spend(token, parameter);
    this.#wanted = [token];
    return { awaited: token, byteCount: parameter };
  }

  #spend(awaited: string, byteCount: number): void {
    checkLimit(`the message at ${awaited}`, byteCount, this.#messageBytesLeft);
    this.#messageBytesLeft -= byteCount;
  }
}

function checkLimit(what: string, value: number, limit: number): void {
  if (value <= limit) return;
  throw new ProtocolError(`Cannot take ${what}: ${value} announced, at most ${limit} allowed`);
}
