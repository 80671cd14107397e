import { ByteReader, isNameAt, joinCode } from './byte-reader.ts';
import type { ObjectFile, ObjectFormatReader } from './object-file.ts';

interface CoffSection {
  readonly isCode: boolean;
  readonly content: Uint8Array;
}

/** Sizes and values of "PE Format", sections "COFF File Header" to "COFF Symbol Table". */
const coff = { head: 20, section: 40, symbol: 18, isCode: 0x20, isUninitialised: 0x80 } as const;

/** The COFF machines that have a C compiler today; the number is the only magic the format has. */
const machines = new Map<number, { machine: string; bits: 32 | 64 }>([
  [0x14c, { machine: 'i686', bits: 32 }],
  [0x1c4, { machine: 'arm', bits: 32 }],
  [0x8664, { machine: 'x86_64', bits: 64 }],
  [0xaa64, { machine: 'aarch64', bits: 64 }],
]);

/** COFF objects as Windows compilers make them (not `/bigobj`). They name no compiler. */
export const coffReader: ObjectFormatReader = {
  matches: (bytes) => machineOf(bytes) !== undefined,
  read: readCoff,
};

function machineOf(bytes: Uint8Array) {
  return machines.get((bytes[0] ?? 0) + 256 * (bytes[1] ?? 0));
}

function readCoff(bytes: Uint8Array): ObjectFile {
  const { machine, bits } = machineOf(bytes) ?? { machine: 'unknown', bits: 32 };
  const reader = new ByteReader(bytes, 'little');
  const sections = readSections(reader);
  const code = sections.flatMap(({ isCode, content }) => (isCode ? [content] : []));
  // 32-bit x86 alone puts an underscore before C names.
  const prefix = machine === 'i686' ? '_' : '';
  return {
    format: 'coff',
    machine,
    bits,
    endianness: 'little',
    abi: '',
    compiler: undefined,
    code: joinCode(code, bytes.length),
    symbol: (name) => findSymbol(reader, sections, `${prefix}${name}`),
  };
}

function findSymbol(reader: ByteReader, sections: readonly CoffSection[], name: string) {
  const [start, count] = [reader.u32(8), reader.u32(12)];
  const symbols = new ByteReader(reader.slice(start, count * coff.symbol), 'little');
  const names = reader.bytes.subarray(start + symbols.bytes.length);
  const wanted = new TextEncoder().encode(name);
  for (let at = 0; at < symbols.bytes.length; at += coff.symbol * (1 + symbols.u8(at + 17))) {
    const section = symbols.u16(at + 12);
    if (section === 0 || !isNamed(symbols, at, names, wanted)) continue;
    return sections[section - 1]?.content.subarray(symbols.u32(at + 8));
  }
  return undefined;
}

/** A name of up to 8 bytes stands in the symbol, a longer one in the string table behind four zeros. */
function isNamed(symbols: ByteReader, at: number, names: Uint8Array, wanted: Uint8Array): boolean {
  if (symbols.u32(at) === 0) return isNameAt(names, symbols.u32(at + 4), wanted);
  const short = new Uint8Array(9);
  short.set(symbols.slice(at, 8));
  return isNameAt(short, 0, wanted);
}

function readSections(reader: ByteReader): CoffSection[] {
  const count = reader.u16(2);
  const start = coff.head + reader.u16(16);
  reader.slice(start, count * coff.section);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * coff.section;
    const flags = reader.u32(at + 36);
    const isEmpty = (flags & coff.isUninitialised) !== 0;
    return {
      isCode: (flags & coff.isCode) !== 0,
      content: isEmpty ? new Uint8Array() : reader.slice(reader.u32(at + 20), reader.u32(at + 16)),
    };
  });
}
