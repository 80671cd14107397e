import { ObjectError } from '../errors/index.ts';
import { readArmAbi } from './arm-attributes.ts';
import { ByteReader, isNameAt, joinCode } from './byte-reader.ts';
import { elf, elfLayouts } from './elf-layout.ts';
import { describeElfMachine, elfMachines } from './elf-machines.ts';
import { contentOf, readSections } from './elf-section.ts';
import type { ElfSection } from './elf-section.ts';
import type { Endianness, ObjectFile, ObjectFormatReader } from './object-file.ts';

/** An ELF object whose head was read. */
export interface ElfHead {
  readonly reader: ByteReader;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
}

/** Longest compiler identification taken over: the longest known (Android's clang) is about 130. */
const MAX_COMPILER_CHARACTERS = 200;
/** SHT_ARM_ATTRIBUTES ("ELF for the Arm Architecture", section 5.3.3). */
const ARM_ATTRIBUTES = 0x70000003;
const encoder = new TextEncoder();
const latin1 = new TextDecoder('latin1');
const commentName = encoder.encode('.comment');

/** ELF, both classes and byte orders: relocatable objects with fewer than 65,280 sections. */
export const elfReader: ObjectFormatReader = {
  matches: (bytes) => [0x7f, 0x45, 0x4c, 0x46].every((byte, index) => bytes[index] === byte),
  read: readElf,
};

function readElf(bytes: Uint8Array): ObjectFile {
  const head = readHead(bytes);
  const { reader, bits, endianness } = head;
  const sections = readSections(head);
  const number = reader.u16(18);
  const flags = reader.u32(elfLayouts[bits].header.flags);
  const described = describeElfMachine({ number, bits, endianness, flags });
  const code = sections
    .filter(({ isExecutable }) => isExecutable)
    .map((section) => contentOf(head, section));
  return {
    format: 'elf',
    machine: described.machine,
    bits,
    endianness,
    abi: number === elfMachines.arm ? abiOfArm(head, sections, flags) : described.abi,
    compiler: findCompiler(head, sections),
    code: joinCode(code, bytes.length),
    symbol: (name) => findSymbol(head, sections, name),
  };
}

function findSymbol(head: ElfHead, sections: readonly ElfSection[], name: string) {
  const table = sections.find(({ type }) => type === elf.sectionOfSymbols);
  if (table === undefined) return undefined;
  const layout = elfLayouts[head.bits].symbol;
  const names = contentOf(head, sections[table.link]);
  const symbols = new ByteReader(contentOf(head, table), head.endianness);
  const wanted = encoder.encode(name);
  for (let at = 0; at + layout.bytes <= table.size; at += layout.bytes) {
    if (!isNameAt(names, symbols.u32(at), wanted)) continue;
    const section = sections[symbols.u16(at + layout.section)];
    const value = symbols.word(at + layout.value, head.bits);
    return bytesOf(head, section, value, symbols.word(at + layout.size, head.bits));
  }
  return undefined;
}

/** Undefined and common symbols have no section, zeroed ones a section without bits. */
function bytesOf(head: ElfHead, section: ElfSection | undefined, offset: number, size: number) {
  if (section?.type !== elf.sectionOfBits || size === 0) return undefined;
  if (offset + size <= section.size) {
    return contentOf(head, section).subarray(offset, offset + size);
  }
  throw new ObjectError(
    `Cannot read ${size} bytes at ${offset} of a section: it has ${section.size} bytes`,
  );
}

/**
 * Read what an ELF object says of the rest of it.
 * @throws {ObjectError} when it is none
 */
export function readHead(bytes: Uint8Array): ElfHead {
  const [elfClass, data, version] = [bytes[4], bytes[5], bytes[6]];
  const areKnown = (elfClass === 1 || elfClass === 2) && (data === 1 || data === 2);
  if (!areKnown || version !== 1) {
    throw new ObjectError(
      `Cannot read the ELF file: class ${String(elfClass)}, byte order ${String(data)}, version ${String(version)}, want 1 or 2, 1 or 2, and 1`,
    );
  }
  const endianness = data === 1 ? 'little' : 'big';
  const reader = new ByteReader(bytes, endianness);
  const type = reader.u16(16);
  if (type !== elf.relocatable) {
    throw new ObjectError(`Cannot take an ELF file of type ${type} for an object, want type 1`);
  }
  return { reader, endianness, bits: elfClass === 1 ? 32 : 64 };
}

function abiOfArm(head: ElfHead, sections: readonly ElfSection[], flags: number): string {
  // EF_ARM_EABIMASK: no version is the ABI from before the EABI.
  if (flags >>> 24 === 0) return 'oabi';
  const attributes = sections.find(({ type }) => type === ARM_ATTRIBUTES);
  return attributes === undefined
    ? 'eabi'
    : readArmAbi(contentOf(head, attributes), head.endianness);
}

function findCompiler(head: ElfHead, sections: readonly ElfSection[]) {
  const { reader, bits } = head;
  const names = contentOf(head, sections[reader.u16(elfLayouts[bits].header.nameSection)]);
  const content = contentOf(
    head,
    sections.find(({ nameOffset }) => isNameAt(names, nameOffset, commentName)),
  );
  const start = content.findIndex((byte) => byte !== 0);
  if (start < 0) return undefined;
  const rest = content.subarray(start, start + MAX_COMPILER_CHARACTERS);
  const end = rest.indexOf(0);
  // The text is a stranger's and ends on terminals: nothing but printable ASCII is kept.
  const text = latin1.decode(end < 0 ? rest : rest.subarray(0, end));
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
