import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { runCli } from '../helpers/run.ts';
import type { Run, RunOptions } from '../helpers/run.ts';

/** A user with a broker of his own, and a source to compile. */
export interface Site {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly compile: (
    output: string,
    env?: Readonly<Record<string, string>>,
    options?: RunOptions,
  ) => Promise<Run>;
}

/** Its broker ends with the test. */
export async function makeSite(
  t: ExecutionContext,
  env: Readonly<Record<string, string>>,
): Promise<Site> {
  const folder = await makeFolder(t);
  const home = path.join(folder, 'd');
  await mkdir(home, { mode: 0o700 });
  await writeFile(path.join(folder, 'a.c'), 'int answer(void) { return 42; }\n');
  const all = { DISTCC_DIR: home, DISTCC_FALLBACK: '0', DISTCC_VERBOSE: '1', ...env };
  const compile: Site['compile'] = (output, own = {}, options = {}) =>
    runCli(t, 'distcc', ['gcc', '-O1', '-c', 'a.c', '-o', output], {
      ...options,
      cwd: folder,
      env: { ...all, ...own },
    });
  t.teardown(() => {
    const [program, ...words] = commandOf('distcc');
    execFileSync(program, [...words, '--stop'], { env: { ...process.env, ...all } });
  });
  return { folder, env: all, compile };
}

/** The processes whose command line holds a word: every use of ssh names the test's own configuration. */
export function processesWith(word: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => isRunning(pid) && commandLine(pid).includes(word));
}

/** The words of a process, zero bytes between them. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Whether an object is what the compiler here makes. */
export async function isRight({ folder }: Site, output: string): Promise<boolean> {
  execFileSync('gcc', ['-O1', '-c', 'a.c', '-o', 'local.o'], { cwd: folder });
  const [ours, local] = await Promise.all(
    [output, 'local.o'].map((name) => readFile(path.join(folder, name))),
  );
  return ours !== undefined && local !== undefined && ours.equals(local);
}
