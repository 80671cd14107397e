import { ArgumentError } from '../errors/index.ts';
import { readCompilerName } from './compiler-wanted.ts';
import type { CompilerWanted } from './compiler-wanted.ts';
import { readTriple } from './triple.ts';
import type { TargetWanted } from './triple.ts';

/** What a host must offer: which compiler to ask for, and what its object must be. */
export interface ToolchainWanted extends TargetWanted {
  /** The triple as it was written. */
  readonly triple?: string;
  /** What the object must say of its compiler; absent when any will do. */
  readonly compiler?: CompilerWanted;
  /** The command to ask for: `aarch64-linux-gnu-gcc`, `clang`. */
  readonly compilerName: string;
  /** Words to put behind it: clang is every target's compiler and has to be told which. */
  readonly compilerArguments: readonly string[];
}

const triplePattern = /^[a-z0-9_]+(?:-[a-z0-9_.]+){0,3}$/;
/** `aarch64-linux-gnu-gcc-12`, `x86_64-w64-mingw32-g++-posix`. */
const prefixedPattern =
  /^(?<triple>[a-z0-9_]+(?:-[a-z0-9_.]+){0,3}?)-(?<compilerText>(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-.*)?)$/;

/**
 * Read `--target`: a GNU triple, then perhaps `/` and a compiler with a version
 * (`x86_64-linux-gnu/gcc-12`, `arm-linux-gnueabihf/clang>=15`; docs: lsdistcc, `--target`).
 * @throws {ArgumentError} when it is neither, or the triple's machine is unknown
 */
export function parseToolchain(text: string): ToolchainWanted {
  const [triple = '', compilerText, ...rest] = text.split('/');
  const target = triplePattern.test(triple) ? readTriple(triple) : undefined;
  if (target === undefined) {
    throw new ArgumentError(
      `Cannot read the toolchain '${text}': '${triple}' is no triple of a known machine, want one such as 'x86_64-linux-gnu'`,
    );
  }
  const compiler = compilerText === undefined ? { name: 'gcc' } : readCompilerName(compilerText);
  if (compiler === undefined || rest.length > 0) {
    const found = text.slice(triple.length + 1);
    throw new ArgumentError(
      `Cannot read the toolchain '${text}': '${found}' is no compiler, want one such as 'gcc', 'gcc-12' or 'clang>=15'`,
    );
  }
  return {
    ...target,
    triple,
    ...compilerOf(compiler.compiler),
    ...commandOf(triple, compiler.name),
  };
}

/**
 * What the name of a compiler promises: its prefix the target, its suffix the version. A name
 * without a version does not bind the object's maker, as `gcc` is clang on some systems.
 * @param name - `gcc`, `aarch64-linux-gnu-gcc-12`, `/usr/bin/clang-15`; unknown ones promise nothing
 */
export function toolchainOfCompiler(name: string): ToolchainWanted {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const { triple, compilerText = base } = prefixedPattern.exec(base)?.groups ?? {};
  const compiler = readCompilerName(compilerText)?.compiler;
  return {
    ...(triple !== undefined && { ...readTriple(triple), triple }),
    ...compilerOf(compiler?.version === undefined ? undefined : compiler),
    compilerName: name,
    compilerArguments: [],
  };
}

/**
 * What to want when nobody says: objects for this very machine.
 * @param nodeArch - `process.arch`
 * @param nodePlatform - `process.platform`
 */
export function toolchainOfMachine(nodeArch: string, nodePlatform = 'linux'): TargetWanted {
  // Node has one word for both byte orders of ppc64; only AIX still runs the big one.
  const littlePowerpc = nodePlatform === 'aix' ? 'ppc64' : 'ppc64le';
  const word = nodeArch === 'ppc64' ? littlePowerpc : nodeArch;
  const system = { darwin: 'apple-darwin', win32: 'windows-gnu' }[nodePlatform] ?? nodePlatform;
  return readTriple(`${word}-${system}`) ?? {};
}

/**
 * What to want of a compiler called `name` on this machine: its prefix decides, then the machine.
 * @param nodeArch - `process.arch`
 * @param nodePlatform - `process.platform`
 */
export function defaultToolchain(
  name: string,
  nodeArch: string,
  nodePlatform: string,
): ToolchainWanted {
  const wanted = toolchainOfCompiler(name);
  if (wanted.triple !== undefined) return wanted;
  return { ...toolchainOfMachine(nodeArch, nodePlatform), ...wanted };
}

function compilerOf(compiler: CompilerWanted | undefined): { compiler?: CompilerWanted } {
  return compiler === undefined ? {} : { compiler };
}

/** GCC is built for one target and has it in its name; clang seldom has, and takes it as an argument. */
function commandOf(triple: string, name: string) {
  if (name.startsWith('clang')) {
    return { compilerName: name, compilerArguments: [`--target=${triple}`] };
  }
  return { compilerName: `${triple}-${name}`, compilerArguments: [] };
}
