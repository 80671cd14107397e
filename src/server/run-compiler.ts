import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { constants } from 'node:os';
import { CompilerMissingError, IoError } from '../errors/index.ts';
import { codeOf, onAbort } from '../net/index.ts';
import { isExecutable } from '../process/index.ts';
import type { ChildResult } from '../process/index.ts';

/** What a compiler, and each program it starts, may use at most. 0 is no limit. */
export interface CompilerLimits {
  /** Address space, in bytes. */
  readonly memoryBytes: number;
  /** The largest file, in bytes. */
  readonly fileBytes: number;
}

/** How a compiler is run. */
export interface RunLimitedOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limits: CompilerLimits;
  /** More text than this on standard output and error together ends it. */
  readonly maxOutputBytes: number;
  /** Ends it: nobody wants its answer. */
  readonly signal: AbortSignal;
}

/**
 * Run a compiler within limits, in a process group of its own. The group ends with its leader, and at
 * once when the signal aborts: its files go with the job's folder, so it has nothing to tidy up.
 * @throws {CompilerMissingError} when it is not there, or not for us
 * @throws {IoError} when nothing can be started, or it writes too much text
 */
export async function runLimited(
  compiler: string,
  args: readonly string[],
  options: RunLimitedOptions,
): Promise<ChildResult> {
  const { cwd, env, signal, limits } = options;
  signal.throwIfAborted();
  if (!isExecutable(compiler)) {
    const reason = fs.existsSync(compiler) ? 'EACCES' : 'ENOENT';
    throw new CompilerMissingError(`Cannot run "${compiler}": failed to exec: ${reason}`);
  }
  const child = spawn('/bin/sh', ['-c', limitScript(limits), 'sh', compiler, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const takeBack = onAbort(signal, () => {
    killGroup(child);
  });
  try {
    return await collect(child, options.maxOutputBytes);
  } finally {
    takeBack();
    signal.throwIfAborted();
  }
}

/** POSIX counts files in blocks of 512 bytes, and every sh memory in KiB. A lower limit of ours stays. */
function limitScript({ memoryBytes, fileBytes }: CompilerLimits): string {
  const limits = [
    'ulimit -c 0',
    ...(fileBytes > 0 ? [`ulimit -f ${Math.ceil(fileBytes / 512)}`] : []),
    ...(memoryBytes > 0 ? [`ulimit -v ${Math.ceil(memoryBytes / 1024)}`] : []),
  ];
  return `{ ${limits.join('; ')}; } 2>/dev/null; exec "$@"`;
}

function collect(child: ChildProcess, maxOutputBytes: number): Promise<ChildResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let outputBytes = 0;
  const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes <= maxOutputBytes) chunks.push(chunk);
    else killGroup(child);
  };
  child.stdout?.on('data', keep(stdout));
  child.stderr?.on('data', keep(stderr));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new IoError(`Cannot start a compiler: ${codeOf(cause)}`, { cause }));
    });
    // What the leader left running would hold its pipes open.
    child.on('exit', () => {
      killGroup(child);
    });
    child.on('close', (code, signal) => {
      if (outputBytes > maxOutputBytes) {
        reject(new IoError(`The compiler wrote more than ${maxOutputBytes} bytes of messages`));
      }
      const status = signal === null ? (code ?? 0) << 8 : constants.signals[signal];
      const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
      resolve({ status, ...output, isOverflowing: false });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it is gone already, which is what we want
  }
}
