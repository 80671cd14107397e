/**
 * The decoder table of fact sheet 1.6 as plainly as it can be said, one byte at a time.
 * @throws {Error} whatever is wrong
 */
export function naiveDecompress(block: Uint8Array): Uint8Array {
  const decoder = new NaiveDecoder([...block]);
  decoder.first();
  while (decoder.step());
  return Uint8Array.from(decoder.output);
}

class NaiveDecoder {
  readonly output: number[] = [];
  readonly #input: number[];
  #at = 0;
  #state = 0;

  constructor(input: number[]) {
    this.#input = input;
  }

  first(): void {
    if ((this.#input[0] ?? 0) < 18) return;
    const count = this.#take() - 17;
    this.#literals(count);
    this.#state = count < 4 ? count : 4;
  }

  /** One opcode; false at the end. */
  step(): boolean {
    const b = this.#take();
    if (b < 16) this.#low(b);
    else if (b < 32) return this.#far(b);
    else if (b < 64) this.#word(this.#length(b & 31, 2, 33), 1);
    else {
      const distance = (this.#take() << 3) + ((b >> 2) & 7) + 1;
      this.#match(distance, b < 128 ? 3 + ((b >> 5) & 1) : 5 + ((b >> 5) & 3), b & 3);
    }
    return true;
  }

  #low(b: number): void {
    if (this.#state === 0) {
      this.#literals(this.#length(b, 3, 18));
      this.#state = 4;
      return;
    }
    const distance = (this.#take() << 2) + (b >> 2);
    if (this.#state === 4) this.#match(distance + 2049, 3, b & 3);
    else this.#match(distance + 1, 2, b & 3);
  }

  #far(b: number): boolean {
    const count = this.#length(b & 7, 2, 9);
    const [low, high] = [this.#input[this.#at] ?? 0, this.#input[this.#at + 1] ?? 0];
    if ((b & 8) !== 0 || high > 0 || low > 3) {
      this.#word(count, 16384 + ((b & 8) << 11));
      return true;
    }
    const isExact = b === 0x11 && low === 0 && this.#at + 2 === this.#input.length;
    if (!isExact) throw new Error('odd end');
    return false;
  }

  #word(count: number, base: number): void {
    const w = this.#take() + 256 * this.#take();
    this.#match(base + (w >> 2), count, w & 3);
  }

  #length(low: number, base: number, longBase: number): number {
    if (low !== 0) return base + low;
    let zeros = 0;
    let byte = this.#take();
    for (; byte === 0; byte = this.#take()) zeros += 1;
    return longBase + 255 * zeros + byte;
  }

  #match(distance: number, count: number, riding: number): void {
    for (let i = 0; i < count; i += 1) {
      const byte = this.output[this.output.length - distance];
      if (byte === undefined) throw new Error('before the start');
      this.output.push(byte);
    }
    this.#literals(riding);
    this.#state = riding;
  }

  #literals(count: number): void {
    for (let i = 0; i < count; i += 1) this.output.push(this.#take());
  }

  #take(): number {
    const byte = this.#input[this.#at];
    if (byte === undefined) throw new Error('past the end');
    this.#at += 1;
    return byte;
  }
}

/** A block of literals only, the simplest that is valid. */
export function naiveCompress(plain: Uint8Array): Uint8Array {
  const head: number[] = [];
  if (plain.length <= 238) {
    head.push(17 + plain.length);
  } else {
    let rest = plain.length - 18;
    head.push(0);
    while (rest > 255) {
      head.push(0);
      rest -= 255;
    }
    head.push(rest);
  }
  return plain.length === 0 ? plain : Uint8Array.from([...head, ...plain, 0x11, 0, 0]);
}
