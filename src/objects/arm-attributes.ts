import { ObjectError } from '../errors/index.ts';
import { ByteReader } from './byte-reader.ts';
import type { Endianness } from './object-file.ts';

/** Tags of "Addenda to, and Errata in, the ABI for the Arm Architecture", section 3. */
const tags = { file: 1, cpuRawName: 4, cpuName: 5, vfpArguments: 28, compatibility: 32 } as const;
const VFP_REGISTERS = 1;

/**
 * Whether an Arm object passes floating-point numbers in VFP registers. Compilers leave the
 * float bits of `e_flags` empty in objects, so only the build attributes tell.
 * @param content - the section `.ARM.attributes`
 * @throws {ObjectError} when a length leads out of the section
 */
export function readArmAbi(content: Uint8Array, endianness: Endianness): 'eabi' | 'eabihf' {
  const reader = new ByteReader(content, endianness);
  const aeabi = [...new TextEncoder().encode('aeabi\0')];
  // 'A' is the format's version; vendors' subsections follow, each with its length in front.
  for (let at = 1; at < content.length; at += lengthAt(reader, at, 4)) {
    const vendor = reader.slice(at, lengthAt(reader, at, 4)).subarray(4);
    if (!aeabi.every((byte, index) => vendor[index] === byte)) continue;
    const isHard = hasVfpArguments(vendor.subarray(aeabi.length), endianness);
    if (isHard) return 'eabihf';
  }
  return 'eabi';
}

function hasVfpArguments(vendor: Uint8Array, endianness: Endianness): boolean {
  const reader = new ByteReader(vendor, endianness);
  for (let at = 0; at < vendor.length; at += lengthAt(reader, at + 1, 5)) {
    if (vendor[at] !== tags.file) continue;
    const scope = reader.slice(at, lengthAt(reader, at + 1, 5)).subarray(5);
    if (findVfpArguments(scope) === VFP_REGISTERS) return true;
  }
  return false;
}

/** A length that counts its own bytes: less than those would never move on. */
function lengthAt(reader: ByteReader, at: number, minimum: number): number {
  const length = reader.u32(at);
  if (length >= minimum) return length;
  throw new ObjectError(`Cannot read the Arm attributes: a length of ${length}, want ${minimum}`);
}

function findVfpArguments(scope: Uint8Array): number | undefined {
  let at = 0;
  while (at < scope.length) {
    const tag = readUleb(scope, at);
    at = tag.end;
    if (tag.value === tags.vfpArguments) return readUleb(scope, at).value;
    if (tag.value === tags.compatibility || !isText(tag.value)) at = readUleb(scope, at).end;
    if (tag.value === tags.compatibility || isText(tag.value)) at = endOfText(scope, at);
  }
  return undefined;
}

function isText(tag: number): boolean {
  return tag === tags.cpuRawName || tag === tags.cpuName || (tag > 32 && tag % 2 === 1);
}

function endOfText(scope: Uint8Array, at: number): number {
  const end = scope.indexOf(0, at);
  if (end < 0) throw new ObjectError('Cannot read the Arm attributes: a text without an end');
  return end + 1;
}

function readUleb(scope: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  // Five groups of seven bits hold every 32-bit number.
  for (let index = 0; index < 5; index++) {
    const byte = scope[start + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  throw new ObjectError('Cannot read the Arm attributes: a number without an end');
}
