import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { makeFolder } from './make-folder.ts';
import { commandOf } from './paths.ts';
import type { Program } from './paths.ts';

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Standard input; empty when absent. */
  readonly stdin?: string;
  /** Called with the running program, to send it a signal. */
  readonly onStart?: (child: ChildProcess) => void;
  /** When it counts as hanging; 40 s. */
  readonly hangMs?: number;
}

/** How a program ended. */
export interface Run {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it left in its own TMPDIR. */
  readonly leftovers: readonly string[];
}

/** A program that is not done by then hangs: the test fails. */
const HANG_MS = 40_000;

/** Tests of a file run side by side; so many programs at once are enough for two cores. */
const inTurn = pLimit(3);

/** Run one of our programs as a user would, with a HOME, a DISTCC_DIR and a TMPDIR of its own. */
export function runCli(
  t: ExecutionContext,
  program: Program,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  return run(t, [...commandOf(program), ...args], options);
}

/** Run any program in the same way. */
export function run(
  t: ExecutionContext,
  command: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  return inTurn(() => runNow(t, command, options));
}

async function runNow(
  t: ExecutionContext,
  [program = '', ...args]: readonly string[],
  options: RunOptions,
): Promise<Run> {
  const home = await makeFolder(t);
  const tmp = path.join(home, 'tmp');
  await Promise.all([mkdir(tmp), mkdir(path.join(home, '.distcc'))]);
  const child = spawn(program, args, {
    cwd: options.cwd ?? home,
    env: { ...baseEnvironment(home, tmp), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const state = { isHanging: false };
  const hang = setTimeout(() => {
    state.isHanging = true;
    killGroup(child.pid);
  }, options.hangMs ?? HANG_MS);
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(options.stdin ?? '');
  options.onStart?.(child);
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  clearTimeout(hang);
  if (state.isHanging) throw new Error(`${program} ${args.join(' ')} hangs:\n${stdout}${stderr}`);
  return { code, signal, stdout, stderr, leftovers: await readdir(tmp) };
}

/** Nothing of the tester's own environment but where programs are, and c8's wish. */
export function baseEnvironment(home: string, tmp: string): Record<string, string> {
  const coverage = process.env['NODE_V8_COVERAGE'];
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    DISTCC_DIR: path.join(home, '.distcc'),
    TMPDIR: tmp,
    LC_ALL: 'C.UTF-8',
    ...(coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage }),
  };
}

/** End a process that leads a group, with the whole group. */
export function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}
