import { ObjectError } from '../errors/index.ts';
import type { Endianness } from './object-file.ts';

/** Reads numbers and ranges out of hostile bytes: whatever lies outside is an ObjectError. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly isLittle: boolean;

  constructor(bytes: Uint8Array, endianness: Endianness) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isLittle = endianness === 'little';
  }

  u8(offset: number): number {
    return this.view.getUint8(this.within(offset, 1));
  }

  u16(offset: number): number {
    return this.view.getUint16(this.within(offset, 2), this.isLittle);
  }

  u32(offset: number): number {
    return this.view.getUint32(this.within(offset, 4), this.isLittle);
  }

  /** A number as wide as the file's class; beyond 2^53 it is rounded, which no bounds check lets pass. */
  word(offset: number, bits: 32 | 64): number {
    return readWord(this.view, this.within(offset, bits / 8), bits, this.isLittle);
  }

  /** The bytes of a range, not copied. */
  slice(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(this.within(offset, length), offset + length);
  }

  /**
   * The offset itself, when the range lies in the bytes.
   * @throws {ObjectError} when it does not
   */
  within(offset: number, length: number): number {
    if (offset >= 0 && length >= 0 && offset + length <= this.bytes.length) return offset;
    throw new ObjectError(
      `Cannot read ${length} bytes at ${offset} of the object file: it has ${this.bytes.length} bytes`,
    );
  }
}

/** What {@link ByteReader.word} reads, of what is known to be there. */
export function readWord(view: DataView, at: number, bits: 32 | 64, isLittle: boolean): number {
  if (bits === 32) return view.getUint32(at, isLittle);
  const low = view.getUint32(isLittle ? at : at + 4, isLittle);
  const high = view.getUint32(isLittle ? at + 4 : at, isLittle);
  return high * 2 ** 32 + low;
}

/** Whether `table` holds exactly the NUL-terminated `name` at `offset`; false outside of it. */
export function isNameAt(table: Uint8Array, offset: number, name: Uint8Array): boolean {
  return (
    table[offset + name.length] === 0 && name.every((byte, index) => table[offset + index] === byte)
  );
}

/**
 * Join the code of an object file.
 * @throws {ObjectError} when the sections overlap so much that they exceed the file:
 *   thousands of headers naming one large range would otherwise cost the square of the file
 */
export function joinCode(sections: readonly Uint8Array[], fileBytes: number): Uint8Array {
  const codeBytes = sections.reduce((sum, section) => sum + section.length, 0);
  if (codeBytes > fileBytes) {
    throw new ObjectError(
      `Cannot read the object file: its code is ${codeBytes} bytes, more than the file's ${fileBytes}`,
    );
  }
  const code = new Uint8Array(codeBytes);
  let end = 0;
  for (const section of sections) {
    code.set(section, end);
    end += section.length;
  }
  return code;
}
