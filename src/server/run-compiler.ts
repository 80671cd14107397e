import fs from 'node:fs';
import { CompilerMissingError } from '../errors/index.ts';
import { isExecutable, runChild } from '../process/index.ts';
import type { ChildResult, RunOptions } from '../process/index.ts';

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

/** Runs a compiler as {@link runLimited} does. */
export type RunCompiler = (
  compiler: string,
  args: readonly string[],
  options: RunLimitedOptions,
) => Promise<ChildResult>;

/**
 * Run a compiler within limits, in a process group of its own. The group ends with its leader, and at
 * once when the signal aborts: its files go with the job's folder, so it has nothing to tidy up.
 * @throws {CompilerMissingError} when it is not there, or not for us
 * @throws {IoError} when nothing can be started, or it writes too much text
 */
export async function runLimited(
  compiler: string,
  args: readonly string[],
  { limits, ...options }: RunLimitedOptions,
): Promise<ChildResult> {
  checkExecutable(compiler);
  const script = `${limitScript(limits)}; exec "$@"`;
  const words = ['-c', script, 'sh', compiler, ...args];
  return await runChild('/bin/sh', words, compilerOptions(options));
}

/**
 * What a shell would say in its own words is said in ours, and no PATH is searched.
 * @throws {CompilerMissingError} when there is no such program, or not for us
 */
export function checkExecutable(compiler: string): void {
  if (isExecutable(compiler)) return;
  const reason = fs.existsSync(compiler) ? 'EACCES' : 'ENOENT';
  throw new CompilerMissingError(`Cannot run "${compiler}": failed to exec: ${reason}`);
}

/** How a compiler is run, whoever sets its limits. */
export function compilerOptions(options: Omit<RunLimitedOptions, 'limits'>): RunOptions {
  const { cwd, env, maxOutputBytes, signal } = options;
  return {
    ...{ cwd, env, maxOutputBytes, signal, stdout: 'pipe', stderr: 'pipe' },
    ...{ ownGroup: true, killDelayMs: 0 },
  };
}

/**
 * Commands for sh that set limits for what comes after them.
 * POSIX counts files in blocks of 512 bytes, and every sh memory in KiB. A lower limit of ours stays.
 */
export function limitScript({ memoryBytes, fileBytes }: CompilerLimits): string {
  const limits = [
    'ulimit -c 0',
    ...(fileBytes > 0 ? [`ulimit -f ${Math.ceil(fileBytes / 512)}`] : []),
    ...(memoryBytes > 0 ? [`ulimit -v ${Math.ceil(memoryBytes / 1024)}`] : []),
  ];
  return `{ ${limits.join('; ')}; } 2>/dev/null`;
}
