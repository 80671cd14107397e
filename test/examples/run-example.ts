import { chmod, cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { programFile } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import type { Run, RunOptions } from '../helpers/run.ts';

/** Words for lsdistcc on a machine with other work: a witness may take its time. */
export const PATIENTLY = '-t60 -c20000 -k20000';

/** A copy of one example, with our programs in front on the PATH. */
export interface Example {
  readonly folder: string;
  readonly run: (command: readonly string[], env?: RunOptions['env']) => Promise<Run>;
}

/** Copy `examples/NAME` to a folder of the test's own: what it builds goes with the test. */
export async function copyExample(t: ExecutionContext, name: string): Promise<Example> {
  const base = await makeFolder(t);
  const folder = path.join(base, name);
  await cp(exampleFile(name), folder, { recursive: true });
  const bin = await linkPrograms(path.join(base, 'bin'));
  const searchPath = `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`;
  return {
    folder,
    run: (command, env = {}) => run(t, command, { cwd: folder, env: { PATH: searchPath, ...env } }),
  };
}

/** A path below `examples/`, seen from `build/test/examples/`. */
export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
}

/**
 * Links to our programs, as npm makes them.
 * @param names - the name of each link, and the program it leads to
 */
export async function linkPrograms(
  folder: string,
  names: Readonly<Record<string, 'lsdistcc' | 'distcc' | 'distccd'>> = programs,
): Promise<string> {
  await mkdir(folder);
  for (const [name, program] of Object.entries(names)) {
    await chmod(programFile(program), 0o755); // tsc writes plain files
    await symlink(programFile(program), path.join(folder, name));
  }
  return folder;
}

const programs = { lsdistcc: 'lsdistcc', distcc: 'distcc', distccd: 'distccd' } as const;

/** The compilations that a daemon's log tells of, witnesses left out: `main.c`. */
export function compiledSources(log: string): string[] {
  const lines = log.matchAll(/\S*(?:gcc|g\+\+) (\S+): exit code 0/g);
  return [...lines].map(([, source = '']) => source).filter((source) => source !== 'witness.c');
}
