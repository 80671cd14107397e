import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, open, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The kernel keeps the highest mark: only what grows after the last look is missed. */
const MEMORY_LOOK_MS = 20;
/** A program that is not over by then never will be. */
const HANG_MS = 60_000;

/** One run of one program. */
export interface Run {
  /** From the start of the process to its end. */
  readonly wallMs: number;
  /** Highest resident memory, 0 when it was over before the first look. */
  readonly peakBytes: number;
  readonly stdout: string;
  /** Its exit code as text, or the signal that ended it. */
  readonly end: string;
}

/**
 * Run a program to its end, in a state directory of its own: no run knows of the one before.
 * @param within - an existing folder for its files
 * @throws the signal's reason when it aborts; the program is ended then
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  within: string,
  signal: AbortSignal,
): Promise<Run> {
  signal.throwIfAborted();
  const folder = await mkdtemp(path.join(within, 'run-'));
  // A file, not a pipe: a helper process that lives on would hold a pipe open.
  const stdout = await open(path.join(folder, 'stdout'), 'w');
  try {
    const env = { ...process.env, DISTCC_DIR: path.join(folder, 'distcc') };
    const startedAtMs = performance.now();
    const child = spawn(program, args, {
      stdio: ['ignore', stdout.fd, 'ignore'],
      env,
      signal: AbortSignal.any([signal, AbortSignal.timeout(HANG_MS)]),
      killSignal: 'SIGKILL',
    });
    child.on('error', () => undefined); // an abort; what ended it is told below
    const memory = watchMemory(child.pid ?? 0);
    const [code, killedBy] = await endOf(child);
    const wallMs = performance.now() - startedAtMs;
    const peakBytes = memory.stop();
    signal.throwIfAborted();
    const text = await readFile(path.join(folder, 'stdout'), 'utf8');
    return { wallMs, peakBytes, stdout: text, end: killedBy ?? String(code) };
  } finally {
    await stdout.close();
  }
}

/** Not once(): that ends with the abort, and the process a little later. */
function endOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      resolve([code, signal]);
    });
  });
}

function watchMemory(pid: number): { stop: () => number } {
  let peakBytes = 0;
  const timer = setInterval(() => {
    void readFile(`/proc/${pid}/status`, 'utf8').then(
      (text) => {
        const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(text)?.[1];
        peakBytes = Math.max(peakBytes, Number(kibibytes ?? 0) * 1024);
      },
      () => undefined, // it has ended
    );
  }, MEMORY_LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peakBytes;
    },
  };
}
