/** Longest run of literals that each opcode can open. */
const FIRST_RUN_MAX = 238;
const SHORT_RUN_MAX = 18;

const NEAR_DISTANCE = 2048;
const NEAR_LENGTH = 8;
const MIDDLE_DISTANCE = 16_384;
const MIDDLE_LENGTH = 33;
const FAR_LENGTH = 9;

/** Below this a plain loop copies faster than a call of `set`. */
const LOOP_COPY_BYTES = 32;

/** Writes the opcodes of one LZO1X block (the table of fact sheet 1.6, read backwards). */
export class LzoWriter {
  readonly #source: Uint8Array;
  readonly #block: Uint8Array;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
    // The worst case is runs of 19 literals and far matches of 4: 24 bytes for 23.
    this.#block = new Uint8Array(source.length + Math.ceil(source.length / 16) + 67);
  }

  /** Add `source[start, end)` as it is; nothing when that is empty. */
  addLiterals(start: number, end: number): void {
    const length = end - start;
    if (length === 0) return;
    if (start === 0 && length <= FIRST_RUN_MAX) {
      this.#put(17 + length);
    } else if (length <= 3 && start > 0) {
      // One to three literals ride in the low bits of the match before them.
      const low = this.#at - 2;
      this.#block[low] = (this.#block[low] ?? 0) | length;
    } else if (length <= SHORT_RUN_MAX) {
      this.#put(length - 3);
    } else {
      this.#put(0);
      this.#putRest(length - SHORT_RUN_MAX);
    }
    this.#copy(start, end);
  }

  /**
   * Add a copy of what was written before.
   * @param distance - how far back, 1 to 49,151 bytes
   * @param length - at least 3 bytes
   */
  addMatch(distance: number, length: number): void {
    if (distance <= NEAR_DISTANCE && length <= NEAR_LENGTH) {
      const back = distance - 1;
      this.#put(((length - 1) << 5) | ((back & 7) << 2));
      this.#put(back >> 3);
    } else if (distance <= MIDDLE_DISTANCE) {
      this.#putLength(32, length, MIDDLE_LENGTH);
      this.#putDistance(distance - 1);
    } else {
      const back = distance - MIDDLE_DISTANCE;
      this.#putLength(16 | ((back >> 11) & 8), length, FAR_LENGTH);
      this.#putDistance(back & 0x3fff);
    }
  }

  /** Add the end marker. The block is a copy of its own size, so the worst case's memory can go. */
  finish(): Uint8Array {
    this.#put(0x11);
    this.#put(0);
    this.#put(0);
    return this.#block.slice(0, this.#at);
  }

  #put(byte: number): void {
    this.#block[this.#at] = byte;
    this.#at += 1;
  }

  /** A length that fits into the opcode, or zero bits there and what exceeds `most` behind it. */
  #putLength(opcode: number, length: number, most: number): void {
    if (length <= most) {
      this.#put(opcode | (length - 2));
    } else {
      this.#put(opcode);
      this.#putRest(length - most);
    }
  }

  /** A number of 1 or more: a zero for each 255, then the remainder, which is never zero. */
  #putRest(value: number): void {
    let rest = value;
    for (; rest > 255; rest -= 255) this.#put(0);
    this.#put(rest);
  }

  /** 14 bits of distance above 2 bits for the literals that follow. */
  #putDistance(back: number): void {
    this.#put((back << 2) & 0xff);
    this.#put(back >> 6);
  }

  #copy(start: number, end: number): void {
    if (end - start > LOOP_COPY_BYTES) {
      this.#block.set(this.#source.subarray(start, end), this.#at);
    } else {
      for (let from = start, to = this.#at; from < end; from += 1, to += 1) {
        this.#block[to] = this.#source[from] ?? 0;
      }
    }
    this.#at += end - start;
  }
}
