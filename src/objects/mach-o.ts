import { ObjectError } from '../errors/index.ts';
import { ByteReader, isNameAt, joinCode } from './byte-reader.ts';
import type { Endianness, ObjectFile, ObjectFormatReader } from './object-file.ts';

interface MachOHead {
  readonly reader: ByteReader;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
}

interface MachOSection {
  readonly address: number;
  readonly isCode: boolean;
  readonly content: Uint8Array;
}

/** Values of `<mach-o/loader.h>`. */
const machO = { object: 1, segment32: 1, segment64: 0x19, symbols: 2, zeroFill: 1 } as const;
/** S_ATTR_PURE_INSTRUCTIONS and S_ATTR_SOME_INSTRUCTIONS. */
const CODE_ATTRIBUTES = 0x80000400;
/** `n_type` of a defined symbol: N_SECT, and no debugging entry (N_STAB). */
const symbolType = { mask: 0xee, inSection: 0x0e } as const;

/** Where fields lie: sizes of the structures and offsets in them, by class. */
const layouts = {
  32: {
    head: 28,
    segment: 56,
    count: 48,
    section: 68,
    size: 36,
    offset: 40,
    flags: 56,
    symbol: 12,
  },
  64: {
    head: 32,
    segment: 72,
    count: 64,
    section: 80,
    size: 40,
    offset: 48,
    flags: 64,
    symbol: 16,
  },
} as const;

/** `cputype` (`<mach/machine.h>`); 0x01000000 marks 64 bits, 0x02000000 a 64-bit machine with 32-bit pointers. */
const machines = new Map([
  [7, 'i686'],
  [12, 'arm'],
  [18, 'powerpc'],
  [0x01000007, 'x86_64'],
  [0x0100000c, 'aarch64'],
  [0x0200000c, 'aarch64'],
  [0x01000012, 'powerpc64'],
]);

/** First four bytes, as hexadecimal digits. */
const magics = new Map<string, { bits: 32 | 64; endianness: Endianness }>([
  ['feedface', { bits: 32, endianness: 'big' }],
  ['cefaedfe', { bits: 32, endianness: 'little' }],
  ['feedfacf', { bits: 64, endianness: 'big' }],
  ['cffaedfe', { bits: 64, endianness: 'little' }],
]);

/** Mach-O relocatable objects (not universal files). It names no compiler. */
export const machOReader: ObjectFormatReader = {
  matches: (bytes) => magicOf(bytes) !== undefined,
  read: readMachO,
};

function magicOf(bytes: Uint8Array) {
  const digits = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return magics.get(digits.join(''));
}

function readMachO(bytes: Uint8Array): ObjectFile {
  const head = readHead(bytes);
  const type = head.reader.u32(4);
  const sections = readSections(head);
  const code = sections.flatMap(({ isCode, content }) => (isCode ? [content] : []));
  return {
    format: 'mach-o',
    machine: machines.get(type) ?? `mach-o-machine-${type}`,
    bits: head.bits,
    endianness: head.endianness,
    abi: type === 0x0200000c ? 'ilp32' : '',
    compiler: undefined,
    code: joinCode(code, bytes.length),
    // C names carry an underscore in Mach-O.
    symbol: (name) => findSymbol(head, sections, `_${name}`),
  };
}

function findSymbol(head: MachOHead, sections: readonly MachOSection[], name: string) {
  const command = findCommand(head, machO.symbols);
  if (command === undefined) return undefined;
  const field = (offset: number) => head.reader.u32(command + offset);
  const { symbol } = layouts[head.bits];
  const symbols = new ByteReader(head.reader.slice(field(8), field(12) * symbol), head.endianness);
  const table = head.reader.slice(field(16), field(20));
  const wanted = new TextEncoder().encode(name);
  for (let at = 0; at < symbols.bytes.length; at += symbol) {
    const isInSection = (symbols.u8(at + 4) & symbolType.mask) === symbolType.inSection;
    if (!isInSection || !isNameAt(table, symbols.u32(at), wanted)) continue;
    const section = sections[symbols.u8(at + 5) - 1];
    const offset = symbols.word(at + 8, head.bits) - (section?.address ?? 0);
    return offset < 0 ? undefined : section?.content.subarray(offset);
  }
  return undefined;
}

function readHead(bytes: Uint8Array): MachOHead {
  const magic = magicOf(bytes);
  if (magic === undefined) throw new ObjectError('Cannot read the Mach-O file: no magic number');
  const reader = new ByteReader(bytes, magic.endianness);
  const type = reader.u32(12);
  if (type === machO.object) return { reader, ...magic };
  throw new ObjectError(`Cannot take a Mach-O file of type ${type} for an object, want type 1`);
}

/** Where the first load command of a kind lies in the file. */
function findCommand({ reader, bits }: MachOHead, wanted: number): number | undefined {
  const count = reader.u32(16);
  let at: number = layouts[bits].head;
  for (let index = 0; index < count; index++) {
    const [kind, commandBytes] = [reader.u32(at), reader.u32(at + 4)];
    if (kind === wanted) return at;
    // A command of no bytes would be read again and again.
    if (commandBytes < 8) {
      throw new ObjectError(`Cannot read a load command of ${commandBytes} bytes, want 8`);
    }
    at += commandBytes;
  }
  return undefined;
}

/** Objects have one segment with every section; symbols number them from 1. */
function readSections(head: MachOHead): MachOSection[] {
  const { reader, bits } = head;
  const layout = layouts[bits];
  const segment = findCommand(head, bits === 32 ? machO.segment32 : machO.segment64);
  if (segment === undefined) return [];
  const count = reader.u32(segment + layout.count);
  const start = segment + layout.segment;
  reader.slice(start, count * layout.section);
  return Array.from({ length: count }, (_, index) =>
    readSection(head, start + index * layout.section),
  );
}

function readSection({ reader, bits }: MachOHead, at: number): MachOSection {
  const layout = layouts[bits];
  const flags = reader.u32(at + layout.flags);
  const size = reader.word(at + layout.size, bits);
  const isEmpty = (flags & 0xff) === machO.zeroFill;
  return {
    address: reader.word(at + 32, bits),
    isCode: (flags & CODE_ATTRIBUTES) !== 0,
    content: isEmpty ? new Uint8Array() : reader.slice(reader.u32(at + layout.offset), size),
  };
}
