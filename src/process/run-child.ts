import { CompilerMissingError, DistccError, IoError } from '../errors/index.ts';
import { bun } from './bun.ts';
import { runByBun } from './run-by-bun.ts';

/** How a child is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Each `pipe` is collected; the child's standard input is empty unless inherited. */
  readonly stdin?: 'inherit' | 'ignore';
  /** A number is a descriptor to write to. */
  readonly stdout: 'inherit' | 'pipe' | number;
  readonly stderr: 'inherit' | 'pipe';
  /** More descriptors of this process, which it gets by the same numbers; else it gets none. */
  readonly descriptors?: readonly number[];
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
  const { signal, ownGroup = false, maxOutputBytes } = options;
  signal.throwIfAborted();
  try {
    const isPlain = !ownGroup && maxOutputBytes === undefined;
    const done = bun && isPlain && (await runByBun(bun, [program, ...args], options));
    if (done) return done;
    const { runByNode } = await import('./run-by-node.ts'); // its streams cost the executable 1 ms
    signal.throwIfAborted(); // nothing would tell a child of what came before it
    return await runByNode(program, args, options);
  } catch (error) {
    throw isSystemError(error) ? startError(program, error) : error;
  } finally {
    signal.throwIfAborted();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && !(error instanceof DistccError);
}

/** What the system is short of for the moment, or always: the program is there all the same. */
const SHORTAGES = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'E2BIG'];

function startError(program: string, cause: NodeJS.ErrnoException): CompilerMissingError | IoError {
  const { code = cause.message } = cause;
  return SHORTAGES.includes(code)
    ? new IoError(`Cannot start "${program}": ${code}`, { cause })
    : new CompilerMissingError(`Cannot run "${program}": failed to exec: ${code}`, { cause });
}
