import { ObjectError } from '../errors/index.ts';
import { readWord } from './byte-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import { elf, elfLayouts } from './elf-layout.ts';
import type { ElfHead } from './elf.ts';

/** One section of an ELF file. */
export interface ElfSection {
  /** Where its entry of the section table begins. */
  readonly at: number;
  readonly nameOffset: number;
  readonly type: number;
  readonly isExecutable: boolean;
  readonly link: number;
  /** Where its content lies. */
  readonly offset: number;
  /** 0 of a section without bits. */
  readonly size: number;
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
  reader.within(start, count * entryBytes);
  const sections = Array.from({ length: count }, (_, index) =>
    readSection(reader, bits, start + index * entryBytes),
  );
  for (const { offset, size } of sections) reader.within(offset, size);
  return sections;
}

/** Reads without checks what is known to be in the file: a farm's objects have thousands of sections. */
function readSection({ view, isLittle }: ByteReader, bits: 32 | 64, at: number): ElfSection {
  const { section } = elfLayouts[bits];
  const type = view.getUint32(at + 4, isLittle);
  const isEmpty = type === 0 || type === elf.sectionWithoutBits;
  const flags = readWord(view, at + section.flags, bits, isLittle);
  return {
    at,
    nameOffset: view.getUint32(at, isLittle),
    type,
    // The low 32 bits hold every flag that is not the machine's or the system's.
    isExecutable: ((flags % 2 ** 32) & elf.sectionIsExecutable) !== 0,
    link: view.getUint32(at + section.link, isLittle),
    offset: isEmpty ? 0 : readWord(view, at + section.offset, bits, isLittle),
    size: isEmpty ? 0 : readWord(view, at + section.size, bits, isLittle),
  };
}

/** The bytes of a section, not copied; none where there is no such section. */
export function contentOf({ reader }: ElfHead, section: ElfSection | undefined): Uint8Array {
  return section === undefined ? new Uint8Array() : reader.slice(section.offset, section.size);
}
