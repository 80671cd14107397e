import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { CompilerMissingError, IoError } from '../errors/index.ts';

/** Between SIGTERM and SIGKILL. */
export const KILL_DELAY_MS = 500;

/** How a child is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Each `pipe` is collected; the child's standard input is empty unless inherited. */
  readonly stdin?: 'inherit' | 'ignore';
  /** A number is a descriptor to write to. */
  readonly stdout: 'inherit' | 'pipe' | number;
  readonly stderr: 'inherit' | 'pipe';
  /** Collected streams that grow past this together kill the child; unlimited when absent. */
  readonly maxOutputBytes?: number;
  /** Lead a process group of its own, which ends with its leader and is signalled as a whole. */
  readonly ownGroup?: boolean;
  /** After SIGTERM, for it to tidy up ({@link KILL_DELAY_MS}); 0 is SIGKILL at once. */
  readonly killDelayMs?: number;
  readonly signal: AbortSignal;
}

/** How a child ended. */
export interface ChildResult {
  /** Unix wait status: exit code in the high byte, or the signal's number. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/**
 * Run a program to its end; when the signal aborts, end it and reject.
 * @param program - a path, or a name searched on the PATH of `options.env`
 * @throws {CompilerMissingError} when it is not there, or not for us
 * @throws {IoError} when the system has no room for it, or it writes too much
 */
export async function runChild(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ChildResult> {
  options.signal.throwIfAborted();
  const child = start(program, args, options);
  const stop = endOnAbort(child, options);
  try {
    return await collect(child, program, options);
  } finally {
    stop();
    options.signal.throwIfAborted();
  }
}

function start(program: string, args: readonly string[], options: RunOptions): ChildProcess {
  const { env, cwd, stdin = 'ignore', stdout, stderr, ownGroup = false } = options;
  try {
    return spawn(program, args, {
      ...{ env, stdio: [stdin, stdout, stderr], detached: ownGroup },
      ...(cwd === undefined ? {} : { cwd }),
    });
  } catch (cause) {
    throw startError(program, cause as NodeJS.ErrnoException); // E2BIG is thrown, ENOENT an event
  }
}

function collect(child: ChildProcess, program: string, options: RunOptions): Promise<ChildResult> {
  const { maxOutputBytes = Infinity, ownGroup = false } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let outputBytes = 0;
  const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes <= maxOutputBytes) chunks.push(chunk);
    else killChild(child, 'SIGKILL', options);
  };
  child.stdout?.on('data', keep(stdout));
  child.stderr?.on('data', keep(stderr));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      if (child.pid === undefined) reject(startError(program, cause));
    });
    // What the child left running would hold its pipes open: the group goes with its leader.
    child.on('exit', () => {
      if (ownGroup) killChild(child, 'SIGKILL', options);
    });
    child.on('close', (code, signal) => {
      if (outputBytes > maxOutputBytes) {
        reject(new IoError(`The compiler wrote more than ${maxOutputBytes} bytes of messages`));
      }
      const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
      resolve({ status: waitStatus(code, signal), ...output });
    });
  });
}

/** What the system is short of for the moment, or always: the program is there all the same. */
const SHORTAGES = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'E2BIG'];

function startError(program: string, cause: NodeJS.ErrnoException): CompilerMissingError | IoError {
  const { code = cause.message } = cause;
  return SHORTAGES.includes(code)
    ? new IoError(`Cannot start "${program}": ${code}`, { cause })
    : new CompilerMissingError(`Cannot run "${program}": failed to exec: ${code}`, { cause });
}

/** What wait(2) would have said (fact sheet 1.5). */
function waitStatus(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) << 8 : constants.signals[signal];
}

function endOnAbort(child: ChildProcess, options: RunOptions): () => void {
  const { signal, killDelayMs = KILL_DELAY_MS } = options;
  let killer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    // What the child itself started may hold its pipes open for longer than it lives.
    child.once('exit', () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    if (killDelayMs > 0) {
      killChild(child, 'SIGTERM', options);
      killer = setTimeout(killChild, killDelayMs, child, 'SIGKILL', options);
    } else killChild(child, 'SIGKILL', options);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(killer);
    signal.removeEventListener('abort', onAbort);
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
