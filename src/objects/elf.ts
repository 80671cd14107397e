import { ObjectError } from '../errors/index.ts';
import { readArmAbi } from './arm-attributes.ts';
import { ByteReader, isNameAt, joinCode } from './byte-reader.ts';
import { elf, elfLayouts } from './elf-layout.ts';
import { describeElfMachine, elfMachines } from './elf-machines.ts';
import type { Endianness, ObjectFile, ObjectFormatReader } from './object-file.ts';

/** One section of an ELF file. */
export interface ElfSection {
  /** Where its entry of the section table begins. */
  readonly at: number;
  readonly nameOffset: number;
  readonly type: number;
  readonly isExecutable: boolean;
  readonly link: number;
  /** Empty for a section without bits. */
  readonly content: Uint8Array;
}

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
const commentName = encoder.encode('.comment');

/** ELF, both classes and byte orders: relocatable objects with fewer than 65,280 sections. */
export const elfReader: ObjectFormatReader = {
  matches: (bytes) => [0x7f, 0x45, 0x4c, 0x46].every((byte, index) => bytes[index] === byte),
  read: readElf,
  readSymbol: readElfSymbol,
};

function readElf(bytes: Uint8Array): ObjectFile {
  const head = readHead(bytes);
  const { reader, bits, endianness } = head;
  const sections = readSections(head);
  const number = reader.u16(18);
  const flags = reader.u32(elfLayouts[bits].header.flags);
  const described = describeElfMachine({ number, bits, endianness, flags });
  const code = sections.filter(({ isExecutable }) => isExecutable).map(({ content }) => content);
  return {
    format: 'elf',
    machine: described.machine,
    bits,
    endianness,
    abi: number === elfMachines.arm ? abiOfArm(sections, endianness, flags) : described.abi,
    compiler: findCompiler(head, sections),
    code: joinCode(code, bytes.length),
  };
}

function readElfSymbol(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const head = readHead(bytes);
  const sections = readSections(head);
  const table = sections.find(({ type }) => type === elf.sectionOfSymbols);
  if (table === undefined) return undefined;
  const layout = elfLayouts[head.bits].symbol;
  const names = sections[table.link]?.content ?? new Uint8Array();
  const symbols = new ByteReader(table.content, head.endianness);
  const wanted = encoder.encode(name);
  for (let at = 0; at + layout.bytes <= table.content.length; at += layout.bytes) {
    if (!isNameAt(names, symbols.u32(at), wanted)) continue;
    const section = sections[symbols.u16(at + layout.section)];
    const value = symbols.word(at + layout.value, head.bits);
    return contentOf(section, value, symbols.word(at + layout.size, head.bits));
  }
  return undefined;
}

/** Undefined and common symbols have no section, zeroed ones a section without bits. */
function contentOf(section: ElfSection | undefined, offset: number, size: number) {
  if (section?.type !== elf.sectionOfBits || size === 0) return undefined;
  if (offset + size <= section.content.length) {
    return section.content.subarray(offset, offset + size);
  }
  throw new ObjectError(
    `Cannot read ${size} bytes at ${offset} of a section: it has ${section.content.length} bytes`,
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

/**
 * Read the section table.
 * @throws {ObjectError} when a section lies outside of the file
 */
export function readSections({ reader, bits }: ElfHead): ElfSection[] {
  const { header, section } = elfLayouts[bits];
  const count = reader.u16(header.sectionCount);
  const entryBytes = reader.u16(header.sectionBytes);
  // 0 is how a file says that its sections are too many for 16 bits (SHN_XINDEX and kin).
  if (count === 0 || count >= elf.firstReservedSection || entryBytes !== section.bytes) {
    throw new ObjectError(
      `Cannot read the object's sections: ${count} of ${entryBytes} bytes, want 1 to 65279 of ${section.bytes}`,
    );
  }
  const start = reader.word(header.sectionTable, bits);
  reader.slice(start, count * entryBytes);
  return Array.from({ length: count }, (_, index) =>
    readSection(reader, bits, start + index * entryBytes),
  );
}

function readSection(reader: ByteReader, bits: 32 | 64, at: number): ElfSection {
  const { section } = elfLayouts[bits];
  const type = reader.u32(at + 4);
  const flags = reader.word(at + section.flags, bits);
  const isEmpty = type === 0 || type === elf.sectionWithoutBits;
  return {
    at,
    nameOffset: reader.u32(at),
    type,
    // The low 32 bits hold every flag that is not the machine's or the system's.
    isExecutable: ((flags % 2 ** 32) & elf.sectionIsExecutable) !== 0,
    link: reader.u32(at + section.link),
    content: isEmpty
      ? new Uint8Array()
      : reader.slice(reader.word(at + section.offset, bits), reader.word(at + section.size, bits)),
  };
}

function abiOfArm(sections: readonly ElfSection[], endianness: Endianness, flags: number): string {
  // EF_ARM_EABIMASK: no version is the ABI from before the EABI.
  if (flags >>> 24 === 0) return 'oabi';
  const attributes = sections.find(({ type }) => type === ARM_ATTRIBUTES);
  return attributes === undefined ? 'eabi' : readArmAbi(attributes.content, endianness);
}

function findCompiler({ reader, bits }: ElfHead, sections: readonly ElfSection[]) {
  const names = sections[reader.u16(elfLayouts[bits].header.nameSection)]?.content;
  if (names === undefined) return undefined;
  const comment = sections.find(({ nameOffset }) => isNameAt(names, nameOffset, commentName));
  if (comment === undefined) return undefined;
  const start = comment.content.findIndex((byte) => byte !== 0);
  if (start < 0) return undefined;
  const rest = comment.content.subarray(start, start + MAX_COMPILER_CHARACTERS);
  const end = rest.indexOf(0);
  // The text is a stranger's and ends on terminals: nothing but printable ASCII is kept.
  return Array.from(end < 0 ? rest : rest.subarray(0, end), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?',
  ).join('');
}
