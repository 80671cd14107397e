import { ProtocolError, TruncatedError } from '../errors/index.ts';
import { checkLimit } from './limits.ts';
import type { MessageLimits } from './limits.ts';
import { lzoDecompress } from './lzo/index.ts';
import { asBuffer, HEAD_BYTES, parseParameter, TOKEN_BYTES } from './packet.ts';
import type { ProtocolVersion, Token } from './packet.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NOTHING = new Uint8Array(0);
const NO_CHUNK = Buffer.alloc(0);

/**
 * Reads the packets of one message from the chunks of a stream, within limits. Each `lacks…` tells whether
 * more bytes have to come; if not, what it is named for is in the fields: `while (packets.lacksHead(token))
 * yield;`. So a message that came in one chunk is read in one go, by few calls: each costs a program that
 * has just started more than the bytes do.
 */
export class PacketReader {
  /** Of the head read last, until its body is read. */
  token: Token | undefined;
  parameter = 0;
  /** The body read last, when it was a text. */
  text = '';
  /** The body read last, when it was a bulk: decompressed. */
  bulk: Uint8Array = NOTHING;
  readonly #what: string;
  readonly #limits: MessageLimits;
  #messageBytesLeft: number;
  #plainBytesLeft: number;
  /** What came last, as itself and with a Buffer's methods, and how much of it is read. */
  #source: Uint8Array = NO_CHUNK;
  #chunk: Buffer = NO_CHUNK;
  #at = 0;
  /** The first part of a head. */
  #head = '';
  /** A body that did not come in one chunk, and how much of it is there. */
  #body: Uint8Array | undefined;
  #filled = 0;
  #hasEnded = false;

  /**
   * @param what - names the message in errors: `request`
   * @param maxMessageBytes - the whole message as it is sent, heads included
   */
  constructor(what: string, limits: MessageLimits, maxMessageBytes: number) {
    this.#what = what;
    this.#limits = limits;
    this.#messageBytesLeft = maxMessageBytes;
    this.#plainBytesLeft = limits.maxPlainBytes;
  }

  /** @param chunk - the next bytes of the stream, in memory that stays as it is; all before them are read */
  add(chunk: Uint8Array): void {
    this.#source = chunk;
    this.#chunk = asBuffer(chunk);
    this.#at = 0;
  }

  /** The stream has ended: to lack bytes is a {@link TruncatedError} from now on. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Whether the stream has ended in front of the head that it lacks. */
  get isAtEnd(): boolean {
    return this.#hasEnded && this.#head === '';
  }

  /** Whether there are bytes that are not read. */
  get hasBytesLeft(): boolean {
    return this.#at < this.#chunk.length;
  }

  /**
   * A packet's head, with one of the tokens wanted.
   * @throws {ProtocolError} when it is another one, or none
   */
  lacksHead(wanted: Token, orWanted?: Token): boolean {
    if (this.#messageBytesLeft < HEAD_BYTES) {
      checkLimit(`the message at ${either(wanted, orWanted)}`, HEAD_BYTES, this.#messageBytesLeft);
    }
    const to = this.#at + HEAD_BYTES - this.#head.length;
    const head = this.#head + this.#chunk.toString('latin1', this.#at, to);
    if (head.length < HEAD_BYTES) {
      this.#at = this.#chunk.length;
      this.#head = head;
      return this.#lacks(head.length, HEAD_BYTES, either(wanted, orWanted));
    }
    this.#at = to;
    this.#head = '';
    this.#messageBytesLeft -= HEAD_BYTES;
    this.parameter = parseParameter(head);
    if (head.startsWith(wanted)) this.token = wanted;
    else if (orWanted !== undefined && head.startsWith(orWanted)) this.token = orWanted;
    else throw wrongToken(head, either(wanted, orWanted));
    return false;
  }

  /**
   * A packet with a text: UTF-8 without NUL, as C would cut it there.
   * @throws {ProtocolError} when it is none, or too long
   */
  lacksText(token: Token, maxBytes: number): boolean {
    if (this.token !== token && this.lacksHead(token)) return true;
    const bytes = this.#takeBody(token, maxBytes);
    if (bytes === undefined) return true;
    if (bytes.includes(0)) throw new ProtocolError(`Cannot read ${token}: it holds a NUL`);
    try {
      this.text = utf8.decode(bytes);
      return false;
    } catch (cause) {
      // Node hands words to a program as UTF-8 only; a changed word could compile into something else.
      throw new ProtocolError(`Cannot read ${token}: it is not UTF-8`, { cause });
    }
  }

  /**
   * A packet with a bulk body.
   * @throws {ProtocolError} when it is too long, or cannot be decompressed where the version says so
   */
  lacksBulk(token: Token, version: ProtocolVersion): boolean {
    if (this.token !== token && this.lacksHead(token)) return true;
    const isPlain = version === 1;
    if (isPlain) checkLimit(token, this.parameter, this.#plainBytesLeft);
    const body = this.#takeBody(token, this.#limits.maxBodyBytes);
    if (body === undefined) return true;
    this.bulk = isPlain ? body : lzoDecompress(body, { maxBytes: this.#plainBytesLeft });
    this.#plainBytesLeft -= this.bulk.length;
    return false;
  }

  /** A body that is most of the chunk it came in stays there; others would hold on to more than they are. */
  #takeBody(token: Token, maxBytes: number): Uint8Array | undefined {
    const byteCount = this.parameter;
    if (byteCount === 0) {
      this.token = undefined;
      return NOTHING;
    }
    checkLimit(token, byteCount, maxBytes);
    if (byteCount > this.#messageBytesLeft) {
      checkLimit(`the message at ${token}`, byteCount, this.#messageBytesLeft);
    }
    const from = this.#at;
    this.#at = Math.min(this.#chunk.length, from + byteCount - this.#filled);
    const piece = this.#source.subarray(from, this.#at);
    const isWhole = piece.length === byteCount && 2 * byteCount > this.#source.length;
    const body = isWhole ? piece : this.#collect(piece, byteCount);
    if (body === undefined) {
      this.#lacks(this.#filled, byteCount, token);
      return undefined;
    }
    this.#messageBytesLeft -= byteCount;
    this.token = undefined;
    return body;
  }

  /** Each byte is copied once, into memory whose untouched pages cost nothing yet. */
  #collect(piece: Uint8Array, byteCount: number): Uint8Array | undefined {
    if (piece.length === 0) return undefined;
    this.#body ??= new Uint8Array(byteCount);
    this.#body.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled < byteCount) return undefined;
    const body = this.#body;
    this.#body = undefined;
    this.#filled = 0;
    return body;
  }

  #lacks(receivedBytes: number, byteCount: number, awaited: string): true {
    if (!this.#hasEnded) return true;
    throw new TruncatedError(
      `Cannot read the ${this.#what}: the stream ended at ${awaited}, ` +
        `${receivedBytes} of ${byteCount} bytes received`,
    );
  }
}

function wrongToken(head: string, wanted: string): ProtocolError {
  const token = head.slice(0, TOKEN_BYTES);
  return new ProtocolError(`Cannot go on at token ${token}: ${wanted} wanted`);
}

function either(wanted: Token, orWanted: Token | undefined): string {
  return orWanted === undefined ? wanted : `${wanted} or ${orWanted}`;
}
