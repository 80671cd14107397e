import type { Bun } from './bun.ts';
import { endOnAbort, waitStatus } from './child-end.ts';
import { moreStdio } from './more-descriptors.ts';
import type { ChildResult, RunOptions } from './run-child.ts';
import { openScratchFile } from './scratch-file.ts';
import type { ScratchFile } from './scratch-file.ts';

/**
 * {@link runChild} in the executable, for children without a group of their own. What a child says goes to a
 * file: to read a pipe costs distcc as much as all else that it does for the child.
 * @returns undefined where no such file can be made: nothing was started
 * @throws what the system says when the program cannot be started
 */
export async function runByBun(
  bun: Bun,
  words: readonly string[],
  options: RunOptions,
): Promise<ChildResult | undefined> {
  const { env, cwd, stdin = 'ignore' } = options;
  using stdout = openTarget(options.stdout);
  using stderr = openTarget(options.stderr);
  if (stdout === undefined || stderr === undefined) return undefined;
  const child = bun.spawn(words, {
    ...{ env, stdio: [stdin, stdout.target, stderr.target, ...moreStdio(options.descriptors)] },
    ...(cwd !== undefined && { cwd }),
  });
  const stop = endOnAbort(options, (signal) => {
    child.kill(signal);
  });
  try {
    await child.exited;
    const status = waitStatus(child.exitCode, child.signalCode);
    return { status, stdout: stdout.read(), stderr: stderr.read() };
  } finally {
    stop();
  }
}

/** Where a child writes, and what it wrote when that is for us. */
interface Target extends Pick<ScratchFile, 'read' | typeof Symbol.dispose> {
  readonly target: 'inherit' | number;
}

function openTarget(wanted: 'inherit' | 'pipe' | number): Target | undefined {
  if (wanted !== 'pipe') {
    return { target: wanted, read: () => Buffer.alloc(0), [Symbol.dispose]: () => undefined };
  }
  const file = openScratchFile();
  return file && { ...file, target: file.descriptor };
}
