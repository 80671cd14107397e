import { constants } from 'node:os';
import { StoppedError, stopSignals } from '../errors/index.ts';
import { ignoredSignals, runChild } from '../process/index.ts';
import type { ChildResult, RunOptions } from '../process/index.ts';

/**
 * {@link runChild} for a compiler, which heeds signals as if nobody stood before it: what we are to ignore it
 * ignores too, and what ends it, coming from a terminal, is meant for us as well.
 * @throws {StoppedError} when it is heard from the compiler first
 */
export async function runCompiler(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ChildResult> {
  const ignored = ignoredSignals();
  const result =
    ignored.length === 0
      ? await runChild(program, args, options)
      : await runChild('/bin/sh', [...ignoring(ignored), program, ...args], options);
  const signal = stopSignals.find((name) => constants.signals[name] === result.status);
  if (signal !== undefined) throw new StoppedError(signal);
  return result;
}

/** Neither Node nor Bun lets a child ignore a signal from its start; a shell does. */
function ignoring(signals: readonly string[]): string[] {
  const names = signals.map((name) => name.slice('SIG'.length));
  return ['-c', `trap '' ${names.join(' ')}; exec "$@"`, 'sh'];
}
