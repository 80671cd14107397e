import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { baseEnvironment, killGroup } from '../helpers/run.ts';
import { root } from './root.ts';

/** A demo that is not done by then hangs. */
const HANG_MS = 100_000;

/** How a demo ended. */
export interface Demo {
  readonly code: number | null;
  /** What ended it, when nobody in it listened yet. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** How a demo is run. */
export interface DemoOptions {
  readonly command?: readonly string[];
  /** PATH. */
  readonly searchPath?: string;
  readonly onStart?: (child: ChildProcess) => void;
}

/** Run the demo to its end in an empty home; it must leave neither a process nor a file. */
export async function runDemo(t: ExecutionContext, options: DemoOptions = {}): Promise<Demo> {
  const startedAtMs = performance.now();
  const folder = await makeFolder(t);
  const tmp = path.join(folder, 'tmp');
  fs.mkdirSync(tmp);
  const [program = '', ...args] = options.command ?? ['node', 'build/examples/farm/start.js'];
  const { PATH, HOME, TMPDIR } = baseEnvironment(folder, tmp);
  const child = spawn(program, args, {
    cwd: root,
    env: { PATH: options.searchPath ?? PATH, HOME, TMPDIR },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const hang = setTimeout(killGroup, HANG_MS, child.pid);
  options.onStart?.(child);
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  clearTimeout(hang);
  t.deepEqual(findProcesses(tmp), [], 'processes of the demo are left');
  t.deepEqual(fs.readdirSync(tmp, { recursive: true }), [], 'files of the demo are left');
  return { code, signal, stdout, stderr, elapsedMs: performance.now() - startedAtMs };
}

/** The command lines of all processes that have this temporary folder in their environment. */
function findProcesses(tmp: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // gone, or somebody else's
    }
  };
  return fs
    .readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'environ').includes(tmp))
    .map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ')}`);
}
