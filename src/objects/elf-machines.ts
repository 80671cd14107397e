import type { Endianness } from './object-file.ts';

/** The facts of an ELF header that name a machine. */
export interface ElfMachineFacts {
  /** `e_machine`. */
  readonly number: number;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
  /** `e_flags`. */
  readonly flags: number;
}

/** A machine as GNU triples name it, and what the name leaves open. */
export interface MachineName {
  readonly machine: string;
  readonly abi: string;
}

/** `e_machine` (the registry of the System V ABI), by GNU word. */
export const elfMachines = {
  sparc: 2,
  i686: 3,
  m68k: 4,
  mips: 8,
  hppa: 15,
  sparc32plus: 18,
  powerpc: 20,
  powerpc64: 21,
  s390: 22,
  arm: 40,
  sh4: 42,
  sparc64: 43,
  ia64: 50,
  x86_64: 62,
  xtensa: 94,
  aarch64: 183,
  microblaze: 189,
  riscv: 243,
  loongarch: 258,
  alpha: 0x9026,
} as const;

const namers: Partial<Record<number, (facts: ElfMachineFacts) => MachineName>> = {
  [elfMachines.mips]: nameMips,
  [elfMachines.sparc32plus]: () => named('sparc'),
  [elfMachines.powerpc]: ({ endianness }) => named(`powerpc${endianness === 'little' ? 'le' : ''}`),
  [elfMachines.powerpc64]: namePowerpc64,
  [elfMachines.s390]: ({ bits }) => named(bits === 64 ? 's390x' : 's390'),
  [elfMachines.arm]: ({ endianness }) => named(`arm${endianness === 'big' ? 'eb' : ''}`),
  [elfMachines.x86_64]: ({ bits }) => named('x86_64', bits === 32 ? 'x32' : ''),
  [elfMachines.aarch64]: ({ bits, endianness }) =>
    named(`aarch64${endianness === 'big' ? '_be' : ''}`, bits === 32 ? 'ilp32' : ''),
  [elfMachines.riscv]: nameRiscv,
  [elfMachines.loongarch]: nameLoongarch,
};
const words = new Map(
  Object.entries(elfMachines).map(([word, number]) => [number as number, word]),
);

/** Name the machine and the ABI of an ELF header; Arm's ABI is not in it (`readArmAbi`). */
export function describeElfMachine(facts: ElfMachineFacts): MachineName {
  const namer = namers[facts.number];
  if (namer !== undefined) return namer(facts);
  return named(words.get(facts.number) ?? `elf-machine-${facts.number}`);
}

function named(machine: string, abi = ''): MachineName {
  return { machine, abi };
}

/** "MIPS ELF ABI": EF_MIPS_ARCH (the top four bits) says 9 or 10 for release 6. */
function nameMips(facts: ElfMachineFacts): MachineName {
  const abi = mipsAbi(facts);
  const architecture = facts.flags >>> 28;
  const width = abi === 'o32' ? '32' : '64';
  const isRelease6 = architecture === 9 || architecture === 10;
  // Before release 6 the word of a 32-bit machine is plain `mips`.
  const word = isRelease6 ? `isa${width}r6` : width.replace('32', '');
  return named(`mips${word}${facts.endianness === 'little' ? 'el' : ''}`, abi);
}

/** EF_MIPS_ABI2 is n32, EF_MIPS_ABI tells o64; o32 is often left unsaid. */
function mipsAbi({ bits, flags }: ElfMachineFacts): string {
  if (bits === 64) return 'n64';
  if ((flags & 0x20) !== 0) return 'n32';
  return (flags & 0xf000) === 0x2000 ? 'o64' : 'o32';
}

/** "64-Bit ELF V2 ABI", EF_PPC64_ABI; 0 stands in objects that fit both. */
function namePowerpc64({ endianness, flags }: ElfMachineFacts): MachineName {
  const version = flags & 3;
  const machine = `powerpc64${endianness === 'little' ? 'le' : ''}`;
  return named(machine, version === 0 ? '' : `elfv${version}`);
}

/** "RISC-V ELF psABI", e_flags: bits 1 and 2 the float ABI, bit 3 the small register file. */
function nameRiscv({ bits, flags }: ElfMachineFacts): MachineName {
  const float = ['', 'f', 'd', 'q'][(flags >> 1) & 3] ?? '';
  const base = bits === 64 ? 'lp64' : 'ilp32';
  return named(`riscv${bits}`, `${base}${(flags & 8) === 0 ? float : 'e'}`);
}

/** "ELF for the LoongArch Architecture", e_flags: the base ABI modifier. */
function nameLoongarch({ bits, flags }: ElfMachineFacts): MachineName {
  const float = ['', 's', 'f', 'd'][flags & 7] ?? '';
  return named(`loongarch${bits}`, `${bits === 64 ? 'lp64' : 'ilp32'}${float}`);
}
