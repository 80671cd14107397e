import { ObjectError } from '../errors/index.ts';
import { coffReader } from './coff.ts';
import { elfReader } from './elf.ts';
import { machOReader } from './mach-o.ts';
import type { ObjectFile, ObjectFormat, ObjectFormatReader } from './object-file.ts';

/** In the order they are asked: COFF last, as two bytes are all that tell it. */
const formats = {
  elf: elfReader,
  'mach-o': machOReader,
  coff: coffReader,
} satisfies Record<ObjectFormat, ObjectFormatReader>;

/**
 * Read what a relocatable object file says of itself, in time linear in its size.
 * @param bytes - the whole file, whoever sent it
 * @throws {ObjectError} when it is truncated, no object file, or names ranges outside of itself
 */
export function readObject(bytes: Uint8Array): ObjectFile {
  const reader = Object.values(formats).find(({ matches }) => matches(bytes));
  if (reader !== undefined) return reader.read(bytes);
  throw new ObjectError(
    `Cannot read ${bytes.length} bytes as an object file: they are neither ELF, Mach-O nor COFF`,
  );
}
