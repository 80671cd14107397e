import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';
import { CompilerMissingError } from '../errors/index.ts';

/** Between SIGTERM and SIGKILL. */
export const KILL_DELAY_MS = 500;

/** How a child is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Each `pipe` is collected; the child's standard input is empty unless inherited. */
  readonly stdin?: 'inherit' | 'ignore';
  readonly stdout: 'inherit' | 'pipe';
  readonly stderr: 'inherit' | 'pipe';
  /** A collected stream that grows past this kills the child; unlimited when absent. */
  readonly maxOutputBytes?: number;
  /** Lead a process group of its own, so that what it starts dies with it. */
  readonly ownGroup?: boolean;
  readonly signal: AbortSignal;
}

/** How a child ended. */
export interface ChildResult {
  /** Unix wait status: exit code in the high byte, or the signal's number. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Whether a collected stream passed `maxOutputBytes`. */
  readonly isOverflowing: boolean;
}

/**
 * Run a program to its end; when the signal aborts, end it (SIGTERM, then SIGKILL) and reject.
 * @param program - a path, or a name searched on the PATH of `options.env`
 * @throws {CompilerMissingError} when it cannot be started
 */
export async function runChild(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ChildResult> {
  options.signal.throwIfAborted();
  const child = spawn(program, args, spawnOptions(options));
  const stop = endOnAbort(child, options);
  try {
    return await collect(child, program, options);
  } finally {
    stop();
    options.signal.throwIfAborted();
  }
}

function spawnOptions(options: RunOptions): SpawnOptions {
  return {
    env: options.env,
    stdio: [options.stdin ?? 'ignore', options.stdout, options.stderr],
    detached: options.ownGroup ?? false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
}

function collect(child: ChildProcess, program: string, options: RunOptions): Promise<ChildResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let outputBytes = 0;
  let isOverflowing = false;
  const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
    outputBytes += chunk.length;
    isOverflowing ||= outputBytes > (options.maxOutputBytes ?? Infinity);
    if (isOverflowing) killChild(child, 'SIGKILL', options);
    else chunks.push(chunk);
  };
  child.stdout?.on('data', keep(stdout));
  child.stderr?.on('data', keep(stderr));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      if (child.pid === undefined) reject(startError(program, cause));
    });
    // What the child left running would hold its pipes open: the group goes with its leader.
    child.on('exit', () => {
      if (options.ownGroup === true) killChild(child, 'SIGKILL', options);
    });
    child.on('close', (code, signal) => {
      const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
      resolve({ status: waitStatus(code, signal), ...output, isOverflowing });
    });
  });
}

function startError(program: string, cause: NodeJS.ErrnoException): CompilerMissingError {
  const reason = cause.code ?? cause.message;
  return new CompilerMissingError(`Cannot run "${program}": failed to exec: ${reason}`, { cause });
}

/** What wait(2) would have said (fact sheet 1.5). */
function waitStatus(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) << 8 : constants.signals[signal];
}

function endOnAbort(child: ChildProcess, options: RunOptions): () => void {
  let killer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    killChild(child, 'SIGTERM', options);
    killer = setTimeout(killChild, KILL_DELAY_MS, child, 'SIGKILL', options);
  };
  options.signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(killer);
    options.signal.removeEventListener('abort', onAbort);
  };
}

function killChild(child: ChildProcess, signal: NodeJS.Signals, options: RunOptions): void {
  if (child.pid === undefined) return;
  try {
    process.kill(options.ownGroup === true ? -child.pid : child.pid, signal);
  } catch {
    // it is gone already, which is what we want
  }
}
