import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { BenchNeedError } from '../bench.ts';

/**
 * Starts a command, waits for it, prints wall time in µs and its highest resident memory in KiB. A program
 * of its own, small and static: what is measured takes 2 ms, and memory is counted from what it was forked of.
 */
const SOURCE = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
extern char **environ;
int main(int argc, char **argv) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  struct timespec start, end;
  struct rusage usage;
  int status;
  pid_t pid;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (argc < 2 || posix_spawn(&pid, argv[1], &files, 0, argv + 1, environ)) return 127;
  if (wait4(pid, &status, 0, &usage) != pid) return 126;
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%ld %ld\\n", (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000,
         usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
`;
/** A run that is not over by then never will be. */
const HANG_MS = 60_000;

/** What one run took. */
export interface Lap {
  readonly wallMs: number;
  /** Of the command, or of what it waited for: whichever had most. */
  readonly peakMiB: number;
}

/** How a command is run. */
export interface LapOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** How it has to end. */
  readonly exitCode: number;
}

/** Runs a command once: an absolute path and its words. @throws {Error} when it fails */
export type Stopwatch = (command: readonly string[], options: LapOptions) => Promise<Lap>;

/**
 * Make the stopwatch.
 * @param folder - for its file
 * @throws {BenchNeedError} when there is no gcc
 */
export function makeStopwatch(folder: string): Stopwatch {
  const file = path.join(folder, 'stopwatch');
  try {
    execFileSync('gcc', ['-O2', '-static', '-x', 'c', '-', '-o', file], { input: SOURCE });
  } catch (cause) {
    throw new BenchNeedError('Needs gcc', { cause });
  }
  return (command, options) => run([file, ...command], options);
}

function run(
  [file = '', ...words]: readonly string[],
  { exitCode, ...options }: LapOptions,
): Promise<Lap> {
  const limits = { timeout: HANG_MS, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve, reject) => {
    execFile(file, words, { ...options, ...limits }, (error, stdout, stderr) => {
      const [us, kibibytes] = stdout.split(' ').map(Number);
      if (us !== undefined && kibibytes !== undefined && codeOf(error) === exitCode) {
        resolve({ wallMs: us / 1000, peakMiB: kibibytes / 1024 });
      } else {
        options.signal.throwIfAborted();
        reject(new Error(`Cannot run ${words.join(' ')}: ${stderr}`, { cause: error }));
      }
    });
  });
}

function codeOf(error: { readonly code?: unknown } | null): number {
  return error === null ? 0 : Number(error.code);
}
