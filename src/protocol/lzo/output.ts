import { ProtocolError } from '../../errors/index.ts';

/** First guess of the plain size: preprocessed C++ shrinks to a quarter, so this seldom has to grow. */
const EXPECTED_RATIO = 5;

/** Below this a plain loop copies faster than a call. */
const LOOP_COPY_BYTES = 32;

const WORD_BYTES = 4;

/** The plain text as it grows: at most twice what came out, and never more than the cap. */
export class LzoOutput {
  readonly #block: Uint8Array;
  readonly #maxBytes: number;
  #plain: Uint8Array;
  #words: DataView;
  #at = 0;

  constructor(block: Uint8Array, maxBytes: number) {
    this.#block = block;
    this.#maxBytes = maxBytes;
    this.#plain = new Uint8Array(Math.min(block.length * EXPECTED_RATIO, maxBytes));
    this.#words = new DataView(this.#plain.buffer);
  }

  /** Copy literals from a place in the block that is known to hold them. */
  copyLiterals(start: number, length: number): void {
    const at = this.#claim(length);
    if (length > LOOP_COPY_BYTES) {
      this.#plain.set(this.#block.subarray(start, start + length), at);
      return;
    }
    const block = this.#block;
    const plain = this.#plain;
    for (let index = 0; index < length; index += 1) plain[at + index] = block[start + index] ?? 0;
  }

  /**
   * Copy what came out before. A distance shorter than the length repeats itself.
   * @throws {ProtocolError} when the distance reaches before the start
   */
  copyMatch(distance: number, length: number): void {
    if (distance > this.#at) {
      throw new ProtocolError(
        `Cannot decompress: a match ${distance} bytes back, only ${this.#at} came out`,
      );
    }
    const at = this.#claim(length);
    const end = at + length;
    if (distance < WORD_BYTES || end + WORD_BYTES > this.#plain.length) {
      const plain = this.#plain;
      for (let to = at; to < end; to += 1) plain[to] = plain[to - distance] ?? 0;
    } else if (length > LOOP_COPY_BYTES && distance >= length) {
      this.#plain.copyWithin(at, at - distance, end - distance);
    } else {
      // May write three bytes too many, which what comes next overwrites: a quarter faster than bytes.
      const words = this.#words;
      for (let to = at; to < end; to += WORD_BYTES)
        words.setInt32(to, words.getInt32(to - distance));
    }
  }

  /** All that came out. */
  finish(): Uint8Array {
    return this.#plain.subarray(0, this.#at);
  }

  /** Make room; returns where it starts. */
  #claim(length: number): number {
    const start = this.#at;
    const end = start + length;
    if (end > this.#plain.length) this.#grow(end);
    this.#at = end;
    return start;
  }

  #grow(wanted: number): void {
    if (wanted > this.#maxBytes) {
      throw new ProtocolError(
        `Cannot decompress: ${wanted} bytes or more, at most ${this.#maxBytes} allowed`,
      );
    }
    const grown = new Uint8Array(
      Math.min(Math.max(wanted, this.#plain.length * 2), this.#maxBytes),
    );
    grown.set(this.#plain.subarray(0, this.#at));
    this.#plain = grown;
    this.#words = new DataView(grown.buffer);
  }
}
