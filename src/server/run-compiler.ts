import fs from 'node:fs';
import { CompilerMissingError } from '../errors/index.ts';
import { isExecutable, runChild } from '../process/index.ts';
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
  { limits, ...options }: RunLimitedOptions,
): Promise<ChildResult> {
  if (!isExecutable(compiler)) {
    const reason = fs.existsSync(compiler) ? 'EACCES' : 'ENOENT';
    throw new CompilerMissingError(`Cannot run "${compiler}": failed to exec: ${reason}`);
  }
  return await runChild('/bin/sh', ['-c', limitScript(limits), 'sh', compiler, ...args], {
    ...{ ...options, stdout: 'pipe', stderr: 'pipe' },
    ...{ ownGroup: true, killDelayMs: 0 },
  });
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
