import { ObjectError } from '../errors/index.ts';
import { coffReader } from './coff.ts';
import { findElfDifference } from './elf-difference.ts';
import { elfReader } from './elf.ts';

/** IMAGE_FILE_HEADER: machine, number of sections, then the time (PE/COFF specification, 3.3). */
const COFF_TIME = { start: 4, end: 8 } as const;

/**
 * Compare what two compilations made of one text. Equal are also ELF objects that name their compiler's
 * package in other words (`.comment`), and COFF objects of another time.
 * @param left - objects or texts, whoever sent them
 * @returns one clause that names the first difference, or undefined
 */
export function findDifference(left: Uint8Array, right: Uint8Array): string | undefined {
  const at = firstDifference(left, right);
  if (at === undefined) return undefined;
  const plain = `byte ${at} of ${left.length} and ${right.length} differs`;
  if (elfReader.matches(left) && elfReader.matches(right)) {
    return findInElf(left, right, plain);
  }
  const isTimeAlone =
    coffReader.matches(left) &&
    coffReader.matches(right) &&
    firstDifference(withoutTime(left), withoutTime(right)) === undefined;
  return isTimeAlone ? undefined : plain;
}

/** What cannot be read is what its bytes are. */
function findInElf(left: Uint8Array, right: Uint8Array, plain: string): string | undefined {
  try {
    return findElfDifference(left, right);
  } catch (error) {
    if (error instanceof ObjectError) return plain;
    throw error;
  }
}

function withoutTime(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).fill(0, COFF_TIME.start, COFF_TIME.end);
}

/** @returns the first byte that differs, or undefined */
function firstDifference(left: Uint8Array, right: Uint8Array): number | undefined {
  if (Buffer.compare(left, right) === 0) return undefined; // a thousand times as quick as the loop
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at === -1 ? left.length : at;
}
