import { ProtocolError } from '../../errors/index.ts';

/** Reads an LZO1X block from its start to its end and never past it. */
export class LzoInput {
  readonly #block: Uint8Array;
  #at = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  /** The next byte, which stays. */
  peek(): number {
    return this.#block[this.#at] ?? endedEarly();
  }

  /** The next byte. */
  byte(): number {
    const byte = this.#block[this.#at] ?? endedEarly();
    this.#at += 1;
    return byte;
  }

  /** The next two bytes, the lower one first. */
  word(): number {
    return this.byte() | (this.byte() << 8);
  }

  /** The rest of a length: `base`, 255 for each zero byte, and the byte that is not zero. */
  rest(base: number): number {
    let length = base;
    for (;;) {
      const byte = this.byte();
      if (byte !== 0) return length + byte;
      length += 255;
    }
  }

  /** Pass over literals; returns where they start. */
  skip(length: number): number {
    const start = this.#at;
    if (length > this.#block.length - start) endedEarly();
    this.#at = start + length;
    return start;
  }

  /** @throws {ProtocolError} when something follows */
  expectEnd(): void {
    const left = this.#block.length - this.#at;
    if (left === 0) return;
    throw new ProtocolError(`Cannot decompress: ${left} bytes after the end marker, none wanted`);
  }
}

function endedEarly(): never {
  throw new ProtocolError('Cannot decompress: the block ends before its end marker');
}
