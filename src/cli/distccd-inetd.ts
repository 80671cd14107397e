import fs from 'node:fs';
import { makeLog, serveStandardInput } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';
import { openLog } from './distccd-log.ts';
import { readSettings } from './distccd-options.ts';
import { lowerPriority, setOomScore, Settlement } from './distccd-settle.ts';

/** Words that only a daemon understands. */
const DAEMON_WORDS = ['daemon', 'wizard', 'tls'] as const;
const DAEMON_VALUES = ['port', 'listen', 'tls-port', 'pid-file', 'lifetime', 'stats-port'] as const;

/** Whether the client is on standard input: by `--inetd`, or a socket there and no word of a daemon. */
export function isForStandardInput(line: CommandLine): boolean {
  if (line.has('inetd')) return true;
  if (line.has('tunnel')) return false;
  const isDaemon =
    DAEMON_WORDS.some((word) => line.has(word)) ||
    DAEMON_VALUES.some((word) => line.text(word) !== undefined) ||
    !line.has('detach');
  return !isDaemon && isSocket(0);
}

function isSocket(descriptor: number): boolean {
  try {
    return fs.fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

/**
 * Serve one job on standard input and output.
 * @returns the exit code: the compiler's own, or why there was none
 */
export async function serveOnce(line: CommandLine, signal: AbortSignal): Promise<number> {
  const settings = readSettings(line);
  const log = makeLog(openLog(line, true), settings.logLevel, settings.logFormat);
  lowerPriority(settings.nice);
  setOomScore(settings.oomScore);
  const settlement = new Settlement(line);
  try {
    settlement.settle();
    const { compilers } = settlement;
    return await serveStandardInput({ ...settings, compilers, log }, signal);
  } finally {
    settlement.leave();
  }
}
