import type { Bun } from './bun.ts';
import { endOnAbort, waitStatus } from './child-end.ts';
import type { ChildResult, RunOptions } from './run-child.ts';

/**
 * {@link runChild} in the executable, for children without a group of their own: the streams of
 * node:child_process cost distcc as much as its start.
 * @throws what the system says when the program cannot be started
 */
export async function runByBun(
  bun: Bun,
  words: readonly string[],
  options: RunOptions,
): Promise<ChildResult> {
  const { env, cwd, stdin = 'ignore', stdout, stderr } = options;
  const child = bun.spawn(words, {
    ...{ env, stdio: [stdin, stdout, stderr] },
    ...(cwd !== undefined && { cwd }),
  });
  let lose: (nothing: Buffer) => void = () => undefined;
  const lost = new Promise<Buffer>((resolve) => (lose = resolve));
  const stop = endOnAbort(options, (signal) => {
    child.kill(signal);
    // What the child itself started may hold its pipes open for longer than it lives.
    void child.exited.then(() => {
      lose(Buffer.alloc(0));
    });
  });
  try {
    const reads = [child.stdout, child.stderr].map((pipe) => Promise.race([readWhole(pipe), lost]));
    const [out = Buffer.alloc(0), err = out] = await Promise.all(reads);
    await child.exited;
    return { status: waitStatus(child.exitCode, child.signalCode), stdout: out, stderr: err };
  } finally {
    stop();
  }
}

async function readWhole(pipe: unknown): Promise<Buffer> {
  if (!(pipe instanceof ReadableStream)) return Buffer.alloc(0);
  return Buffer.from(await new Response(pipe).arrayBuffer());
}
