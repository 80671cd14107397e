import fs from 'node:fs';
import path from 'node:path';
import type { Language } from '../../probes/index.ts';
import { ArgumentError, DistccError } from '../errors/index.ts';
import { readObject } from '../objects/index.ts';
import { makeTempFolder, runChild } from '../process/index.ts';
import type { LocalCode } from './judge.ts';
import type { ToolchainWanted } from './toolchain.ts';
import { drawDigits, makeWitness } from './witness.ts';

/**
 * The code that the compiler of this machine makes of a witness: what `--match-local` wants back. The
 * numbers of a witness are in its data, so any witness of a language has the same code.
 * @throws {ArgumentError} when there is no such compiler here, or it cannot compile the witness
 */
export async function compileLocalCode(
  language: Language,
  { compilerName, compilerArguments }: ToolchainWanted,
  signal: AbortSignal,
): Promise<LocalCode> {
  const witness = makeWitness(language, drawDigits());
  await using folder = makeTempFolder('lsdistcc_');
  const output = path.join(folder.path, witness.objectName);
  await fs.promises.writeFile(path.join(folder.path, witness.fileName), witness.source);
  const words = [...compilerArguments, '-c', witness.fileName, '-o', witness.objectName];
  const { path: cwd } = folder;
  const env = { ...process.env, _DISTCC_SAFEGUARD: '1' }; // a masquerade link compiles here
  const options = { cwd, env, stdout: 'pipe', stderr: 'pipe', signal } as const;
  try {
    const { status, stderr } = await runChild(compilerName, words, options);
    if (status === 0) return readObject(await fs.promises.readFile(output));
    throw new ArgumentError(`Cannot match the local "${compilerName}": ${String(stderr).trim()}`);
  } catch (cause) {
    if (!(cause instanceof DistccError) || cause instanceof ArgumentError) throw cause;
    throw new ArgumentError(`Cannot match the local "${compilerName}": ${cause.message}`, {
      cause,
    });
  }
}
