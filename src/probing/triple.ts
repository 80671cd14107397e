import type { Endianness, ObjectFormat } from '../objects/index.ts';

/** What a GNU triple, or a machine's name, says of the objects made for it. */
export interface TargetWanted {
  /** As `ObjectFile.machine` has it. */
  readonly machine?: string;
  readonly bits?: 32 | 64;
  readonly endianness?: Endianness;
  /** As `ObjectFile.abi` has it; absent when the triple leaves it open. */
  readonly abi?: string;
  readonly format?: ObjectFormat;
}

/** Bits and byte order by machine; `mips64` has both widths, so its ABI decides. */
const machines: Partial<Record<string, TargetWanted>> = {
  alpha: { bits: 64, endianness: 'little' },
  hppa: { bits: 32, endianness: 'big' },
  ia64: { bits: 64 },
  m68k: { bits: 32, endianness: 'big' },
  microblaze: { bits: 32 },
  mips64: { endianness: 'big' },
  mips64el: { endianness: 'little' },
  mipsisa64r6: { endianness: 'big' },
  mipsisa64r6el: { endianness: 'little' },
  sh4: { bits: 32 },
  sparc: { bits: 32, endianness: 'big' },
  ...entriesFor(['i686', 'arm', 'powerpcle', 'riscv32', 'loongarch32'], 32, 'little'),
  ...entriesFor(['x86_64', 'aarch64', 'powerpc64le', 'riscv64', 'loongarch64'], 64, 'little'),
  ...entriesFor(['armeb', 'powerpc', 's390'], 32, 'big'),
  ...entriesFor(['aarch64_be', 'powerpc64', 's390x', 'sparc64'], 64, 'big'),
  ...entriesFor(['mips', 'mipsisa32r6'], 32, 'big', 'o32'),
  ...entriesFor(['mipsel', 'mipsisa32r6el'], 32, 'little', 'o32'),
};

/** The other spellings of a machine that triples and `uname -m` use. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/^(?:i[3-6]86|x86|ia32)$/, 'i686'],
  [/^(?:amd64|x64|x86_64h)$/, 'x86_64'],
  [/^(?:arm|thumb)v\d\w*b$|^armbe$/, 'armeb'],
  [/^(?:arm|thumb)v\d\w*$|^armhf$|^armel$|^thumb$/, 'arm'],
  [/^arm64(?:e|_32)?$/, 'aarch64'],
  [/^ppc(64)?(le)?$/, 'powerpc$1$2'],
  [/^loong64$/, 'loongarch64'],
  [/^sparcv9$/, 'sparc64'],
  [/^sparcv8$/, 'sparc'],
  [/^sh4\w+$/, 'sh4'],
];

/** How an environment (or one that clang spells out) picks the ABI; the first row that fits counts. */
const abis: readonly {
  readonly machine: RegExp;
  readonly triple: RegExp;
  readonly abi: string;
  readonly bits?: 32 | 64;
}[] = [
  // Fedora's armv7hl-redhat-linux-gnueabi is hard-float without saying so at the end.
  { machine: /^arm/, triple: /eabihf|hardfloat|^armhf|^armv\d\w*hn?l-/, abi: 'eabihf' },
  { machine: /^arm/, triple: /eabi$/, abi: 'eabi' },
  { machine: /^x86_64$/, triple: /x32$/, abi: 'x32', bits: 32 },
  { machine: /^aarch64/, triple: /ilp32$|^arm64_32/, abi: 'ilp32', bits: 32 },
  { machine: /^mips(?:isa)?64/, triple: /abin32$/, abi: 'n32', bits: 32 },
  { machine: /^mips(?:isa)?64/, triple: /abi64$/, abi: 'n64', bits: 64 },
  { machine: /^loongarch64$/, triple: /-(?:gnu|musl)sf$/, abi: 'lp64s' },
  { machine: /^loongarch64$/, triple: /-(?:gnu|musl)f32$/, abi: 'lp64f' },
  { machine: /^(?:riscv|loongarch)64$/, triple: /linux-(?:gnu|musl)(?:f64)?$/, abi: 'lp64d' },
];

/**
 * What the objects of a GNU triple must be, however its machine, vendor and system are spelled.
 * @param triple - `x86_64-pc-linux-gnu`, `arm-linux-gnueabihf`, `mips64-linux-gnuabin32`, or one word
 * @returns undefined when its first word names no known machine
 */
export function readTriple(triple: string): TargetWanted | undefined {
  const [word = ''] = triple.split('-');
  const machine = nameMachine(word);
  const facts = Object.hasOwn(machines, machine) ? machines[machine] : undefined;
  if (facts === undefined) return undefined;
  const row = abis.find((each) => each.machine.test(machine) && each.triple.test(triple));
  return {
    machine,
    ...facts,
    ...(row !== undefined && { abi: row.abi }),
    ...(row?.bits !== undefined && { bits: row.bits }),
    format: formatOf(triple),
  };
}

/** Whether plain `char` is signed on a machine's ELF systems (their psABIs); undefined when unknown. */
export function isCharSignedOn(machine: string): boolean | undefined {
  if (/^(?:arm|aarch64|powerpc|s390|riscv)/.test(machine)) return false;
  return Object.hasOwn(machines, machine) ? true : undefined;
}

function nameMachine(word: string): string {
  const [pattern, name] = spellings.find(([each]) => each.test(word)) ?? [];
  return pattern === undefined || name === undefined ? word : word.replace(pattern, name);
}

function formatOf(triple: string): ObjectFormat {
  if (/-(?:apple|darwin|macos|ios)/.test(triple)) return 'mach-o';
  return /mingw|windows|cygwin|msys/.test(triple) ? 'coff' : 'elf';
}

function entriesFor(
  words: readonly string[],
  bits: 32 | 64,
  endianness: Endianness,
  abi?: string,
): Record<string, TargetWanted> {
  const facts = { bits, endianness, ...(abi !== undefined && { abi }) };
  return Object.fromEntries(words.map((word) => [word, facts]));
}
