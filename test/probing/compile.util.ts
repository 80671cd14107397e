import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeWitness } from '../../src/probing/witness.ts';
import type { Witness } from '../../src/probing/witness.ts';

/** What a compiler made of a source, and what it said. */
export interface Compiled {
  readonly object: Uint8Array;
  readonly messages: string;
}

/** Run a real compiler on a source, as distccd would: `COMPILER ARGS -c FILE -o FILE.o` in a folder of its own. */
export async function compile(
  command: readonly [string, ...string[]],
  fileName: string,
  source: Uint8Array,
): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'lsdistcc-test-'));
  try {
    const [compiler, ...args] = command;
    const preprocessed = fileName.replace('.cc', '.ii').replace(/\.c$/, '.i');
    await writeFile(join(folder, preprocessed), source);
    const words = [...args, '-c', preprocessed, '-o', 'out.o'];
    const { stdout, stderr } = await promisify(execFile)(compiler, words, { cwd: folder });
    // A copy: a Buffer's own slice() is a view, unlike every other Uint8Array's.
    const object = new Uint8Array(await readFile(join(folder, 'out.o')));
    return { object, messages: stdout + stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The object a real compiler makes of a witness. */
export async function answer(
  witness: Witness,
  command: readonly [string, ...string[]],
): Promise<Uint8Array> {
  return (await compile(command, witness.fileName, witness.source)).object;
}

/** A witness that is the same in every run, and another for every seed. */
export function makeSeededWitness(seed: bigint, language: Witness['language'] = 'c'): Witness {
  let state = seed;
  const number = () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return formatNumber(state | 1n);
  };
  return makeWitness(language, number() + number() + number());
}

/** 64 bits as the 16 digits of one number of a witness. */
export function formatNumber(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
