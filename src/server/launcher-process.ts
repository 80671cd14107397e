import process from 'node:process';
import { runChild } from '../process/index.ts';
import type { ChildResult } from '../process/index.ts';
import { checkExecutable, compilerOptions, runLimited } from './run-compiler.ts';
import type { RunLimitedOptions } from './run-compiler.ts';

/** What a {@link Launcher} asks of its process. */
export type LauncherOrder =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly compiler: string;
      readonly args: readonly string[];
      readonly options: Omit<RunLimitedOptions, 'signal'>;
      /** Whether this process has the limits already, and what it starts has them from it. */
      readonly isLimited: boolean;
    }
  | { readonly kind: 'end'; readonly id: number };

/** What it tells when a compiler has ended, or why none did. */
export type LauncherReport =
  | { readonly id: number; readonly result: ChildResult }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

const running = new Map<number, AbortController>();

process.on('message', (order: LauncherOrder) => {
  if (order.kind === 'end') running.get(order.id)?.abort(new Error('Nobody wants its answer'));
  else void run(order).finally(() => running.delete(order.id));
});

// The daemon is gone, or wants no more: nothing that was started here lives on.
process.on('disconnect', () => {
  for (const stop of running.values()) stop.abort(new Error('The daemon is gone'));
});

// They are for the daemon, which ends this process when its jobs are done.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

async function run(order: Extract<LauncherOrder, { kind: 'run' }>): Promise<void> {
  const { id, compiler, args, options, isLimited } = order;
  const stop = new AbortController();
  running.set(id, stop);
  const all = { ...options, signal: stop.signal };
  try {
    checkExecutable(compiler);
    const result = isLimited
      ? await runChild(compiler, args, compilerOptions(all))
      : await runLimited(compiler, args, all);
    report({ id, result });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    report({ id, error: { name, message } });
  }
}

function report(message: LauncherReport): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
