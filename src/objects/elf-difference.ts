import { ObjectError } from '../errors/index.ts';
import { elfLayouts } from './elf-layout.ts';
import { readHead } from './elf.ts';
import type { ElfHead } from './elf.ts';
import { contentOf, readSections } from './elf-section.ts';
import type { ElfSection } from './elf-section.ts';

/** Who compiled it, in words that each distribution chooses; nothing of it gets into a program's memory. */
const IGNORED = '.comment';

/** SHF_ALLOC: a part of the running program. */
const IN_MEMORY = 2;

/**
 * Compare two ELF objects by what linkers read: head, and each section's head and content.
 * @returns one clause that names the first difference, or undefined
 * @throws {ObjectError} when one of them cannot be read
 */
export function findElfDifference(left: Uint8Array, right: Uint8Array): string | undefined {
  const [one, other] = [describe(left), describe(right)];
  if (one.sections.length !== other.sections.length) {
    return `one object has ${one.sections.length} sections, the other ${other.sections.length}`;
  }
  if (!isEqual(one.head, other.head)) return 'the heads of the objects differ';
  const index = one.sections.findIndex(
    (section, at) => !isSameSection(section, other.sections[at] ?? section),
  );
  return index === -1 ? undefined : `section ${one.sections[index]?.name ?? ''} differs`;
}

interface NamedSection {
  readonly name: string;
  /** Its head, without its place in the file; of what is ignored, without its length. */
  readonly head: Uint8Array;
  readonly content: Uint8Array;
}

function describe(bytes: Uint8Array) {
  const head = readHead(bytes);
  const { bits, reader } = head;
  const { header } = elfLayouts[bits];
  const sections = readSections(head);
  const contentBytes = sections.reduce((sum, { size }) => sum + size, 0);
  // Thousands of sections in one place would cost the square of the file.
  if (contentBytes > bytes.length) throw new ObjectError('Sections of the object overlap');
  const names = contentOf(head, sections[reader.u16(header.nameSection)]);
  return {
    // Where the section table lies depends on what lies before it.
    head: without(reader.slice(0, header.bytes), header.sectionTable, bits / 8),
    sections: sections.map((section) => describeSection(section, names, head)),
  };
}

function describeSection(section: ElfSection, names: Uint8Array, file: ElfHead): NamedSection {
  const { bits, reader } = file;
  const layout = elfLayouts[bits].section;
  const name = nameAt(names, section.nameOffset);
  const wordBytes = bits / 8;
  const head = without(reader.slice(section.at, layout.bytes), layout.offset, wordBytes);
  const flags = reader.word(section.at + layout.flags, bits) % 2 ** 32;
  const isIgnored = name === IGNORED && (flags & IN_MEMORY) === 0;
  return isIgnored
    ? { name, head: without(head, layout.size, wordBytes), content: new Uint8Array() }
    : { name, head, content: contentOf(file, section) };
}

function isSameSection(left: NamedSection, right: NamedSection): boolean {
  return isEqual(left.head, right.head) && isEqual(left.content, right.content);
}

function without(bytes: Uint8Array, start: number, length: number): Uint8Array {
  return Uint8Array.from(bytes).fill(0, start, start + length);
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** A stranger's name, for people: printable ASCII, and not longer than a line. */
function nameAt(names: Uint8Array, offset: number): string {
  const rest = names.subarray(offset, offset + 200);
  const end = rest.indexOf(0);
  return new TextDecoder('latin1')
    .decode(end < 0 ? rest : rest.subarray(0, end))
    .replaceAll(/[^\x20-\x7e]/g, '?');
}
