import { CompilerMissingError } from '../errors/index.ts';
import { readObject } from '../objects/index.ts';
import type { ObjectFile } from '../objects/index.ts';
import { defaultToolchain } from '../probing/toolchain.ts';
import { readTriple } from '../probing/triple.ts';
import type { TargetWanted } from '../probing/triple.ts';
import { compilerEnvironment } from './local.ts';
import type { LocalOptions } from './local.ts';
import { runCompiler } from './run-compiler.ts';

/**
 * Is an object for another machine than those that the compiler here makes? Its name tells, else the compiler
 * itself: a plain `gcc` may be one for another machine.
 * @returns one clause, or undefined when it is not, or nobody can tell
 */
export async function targetFault(
  bytes: Uint8Array,
  compiler: string,
  options: LocalOptions,
): Promise<string | undefined> {
  const object = tryRead(bytes);
  if (object === undefined) return undefined;
  if (isFor(object, defaultToolchain(compiler, process.arch, process.platform))) return undefined;
  const wanted = await targetOf(compiler, options);
  if (wanted?.machine === undefined || isFor(object, wanted)) return undefined;
  return `what it sent is for ${object.machine}, and the ${compiler} here compiles for ${wanted.machine}`;
}

/** @returns undefined when it does not tell; a source that is preprocessed already needs no compiler here */
async function targetOf(
  compiler: string,
  { env, signal }: LocalOptions,
): Promise<TargetWanted | undefined> {
  try {
    const { stdout } = await runCompiler(compiler, ['-dumpmachine'], {
      ...{ stdout: 'pipe', stderr: 'pipe', signal, env: compilerEnvironment(compiler, env) },
    });
    return readTriple(stdout.toString().trim());
  } catch (error) {
    if (error instanceof CompilerMissingError) return undefined;
    throw error;
  }
}

/** @returns undefined for a kind of object that is not read here, such as wasm */
function tryRead(bytes: Uint8Array): ObjectFile | undefined {
  try {
    return readObject(bytes);
  } catch {
    return undefined;
  }
}

function isFor(object: ObjectFile, { machine, format }: TargetWanted): boolean {
  return object.machine === machine && (format === undefined || object.format === format);
}
