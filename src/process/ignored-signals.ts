import fs from 'node:fs';
import { constants } from 'node:os';
import { stopSignals } from '../errors/index.ts';
import type { StopSignal } from '../errors/index.ts';
import { isSingleFile } from './invocation.ts';

/**
 * The signals that who started us wants ignored: nohup(1), a script's `&`. Node forgets its own at its start,
 * so there the parent's count. Must be asked before a handler is set.
 * @returns none where there is no /proc
 */
export function ignoredSignals(): readonly StopSignal[] {
  return (ignored ??= readIgnored());
}

let ignored: readonly StopSignal[] | undefined;

function readIgnored(): readonly StopSignal[] {
  try {
    const file = `/proc/${isSingleFile() ? 'self' : process.ppid}/status`;
    const mask = /^SigIgn:\s*[0-9a-f]*([0-9a-f]{8})$/m.exec(fs.readFileSync(file, 'latin1'))?.[1];
    const bits = Number.parseInt(mask ?? '0', 16);
    return stopSignals.filter((name) => (bits & (1 << (constants.signals[name] - 1))) !== 0);
  } catch {
    return [];
  }
}
