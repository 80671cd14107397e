import { lzoCompress } from './lzo/index.ts';
import { formatHead } from './packet.ts';
import type { ProtocolVersion, Token } from './packet.ts';

/** Bodies shorter than this are copied together: one memory copy is cheaper than one more vector. */
const JOINED_BYTES = 16_384;

const utf8 = new TextEncoder();

/** Writes the packets of one message, one after the other. */
export class PacketWriter {
  readonly #chunks: Uint8Array[] = [];
  /** What is to become one chunk: pieces, and behind them heads and texts. */
  #pieces: Uint8Array[] = [];
  #text = '';

  /**
   * A packet without a body.
   * @throws {RangeError} when the parameter does not fit into 32 bits
   */
  head(token: Token, parameter: number): void {
    this.#text += formatHead({ token, parameter });
  }

  /**
   * A packet with a text as its body.
   * @throws {RangeError} when the text holds a NUL: the original's receiver would cut it there
   */
  text(token: Token, text: string): void {
    if (text.includes('\0')) {
      throw new RangeError(`Cannot write ${token} ${JSON.stringify(text)}: it holds a NUL`);
    }
    this.head(token, Buffer.byteLength(text));
    this.#text += text;
  }

  /** A packet with a bulk body, compressed where the version says so; an empty one has no body at all. */
  bulk(token: Token, plain: Uint8Array, version: ProtocolVersion): void {
    const body = version === 1 ? plain : lzoCompress(plain);
    this.head(token, body.length);
    if (body.length === 0) return;
    this.#endText();
    if (body.length < JOINED_BYTES) {
      this.#pieces.push(body);
    } else {
      this.#endChunk();
      this.#chunks.push(body);
    }
  }

  /** The chunks of one writev: heads, words and small bodies joined, each large body a chunk of its own. */
  end(): Uint8Array[] {
    this.#endText();
    this.#endChunk();
    return this.#chunks;
  }

  #endText(): void {
    if (this.#text !== '') this.#pieces.push(utf8.encode(this.#text));
    this.#text = '';
  }

  #endChunk(): void {
    if (this.#pieces.length > 0) this.#chunks.push(concatenate(this.#pieces));
    this.#pieces = [];
  }
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
