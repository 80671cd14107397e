import fs from 'node:fs';
import path from 'node:path';
import { IoError } from '../../src/errors/index.ts';
import { findProgram, splitPath } from '../../src/process/index.ts';
import { runLine } from './stage.ts';
import type { Stage } from './stage.ts';

/** One of these makes a gcc of any machine compile for another: 32 bits, the other byte order. */
const TARGET_OPTIONS = ['-m32', '-m31', '-mbig-endian', '-mlittle-endian', '-mabi=ilp32'] as const;

/**
 * Make a `gcc` that compiles for another target than this machine's.
 * @returns a PATH on which it comes first
 * @throws {IoError} when the gcc of this machine knows only one target
 */
export async function makeWrongTarget(stage: Stage): Promise<string> {
  const folder = path.join(stage.folder, 'wrong-target');
  const gcc = findProgram('gcc', splitPath(stage.env['PATH'] ?? '')) ?? 'gcc';
  fs.mkdirSync(folder);
  for (const option of TARGET_OPTIONS) {
    const line = `echo 'int one = 1;' | '${gcc}' ${option} -c -x c - -o other.o && '${gcc}' -c -x c /dev/null -o own.o`;
    const { status } = await runLine(line, stage, folder);
    if (status !== 0 || machineOf(folder, 'other.o') === machineOf(folder, 'own.o')) continue;
    fs.writeFileSync(path.join(folder, 'gcc'), `#!/bin/sh\nexec '${gcc}' ${option} "$@"\n`, {
      mode: 0o755,
    });
    return `${folder}:${stage.env['PATH'] ?? ''}`;
  }
  throw new IoError(`Cannot make a host with the wrong target: ${gcc} knows only its own`);
}

/** The head of an ELF file: class, byte order, machine. */
function machineOf(folder: string, file: string): string {
  return fs.readFileSync(path.join(folder, file)).subarray(4, 20).toString('hex');
}
