import type { RemoteScan } from '../compiler/index.ts';
import { elfMachines, isElfFor, looksLikeObject } from '../objects/index.ts';
import type { LocalOptions } from './local.ts';

/** `e_machine` of objects that a compiler without a prefix makes on a machine, by `process.arch`. */
const ownMachines: Partial<Record<string, number>> = {
  x64: elfMachines.x86_64,
  ia32: elfMachines.i686,
  arm64: elfMachines.aarch64,
  arm: elfMachines.arm,
  ppc64: elfMachines.powerpc64,
  s390x: elfMachines.s390,
  riscv64: elfMachines.riscv,
  loong64: elfMachines.loongarch,
};

/** Options that change the target: a host's compiler heeds them, or says that it cannot. */
const targetOption = /^(?:-m(?:16|31|32|64|x32|abi=|e[bl]$|big-|little-)|--?target|-arch$|-E[BL]$)/;

/**
 * What is wrong with what a host sent for an object: a text, or made for another machine than the compiler
 * here makes it for.
 * @returns one clause, or undefined when nothing is
 */
export async function objectFault(
  object: Uint8Array,
  scan: RemoteScan,
  options: LocalOptions,
): Promise<string | undefined> {
  if (scan.stage !== 'object') return undefined;
  if (!looksLikeObject(object)) return 'what it sent is no object file';
  if (scan.options.some(({ name }) => targetOption.test(name))) return undefined;
  // Nearly always so, and all that a job pays. A compiler with a prefix may be for any machine.
  const isPrefixed = /-(?:g?cc|[cg]\+\+|clang)/.test(scan.compiler);
  if (!isPrefixed && isElfFor(object, ownMachines[process.arch])) return undefined;
  const { targetFault } = await import('./target-fault.ts');
  return targetFault(object, scan.compiler, options);
}
