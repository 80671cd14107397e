import fs from 'node:fs';
import { writeOut } from '../process/index.ts';
import type { Settings } from './settings.ts';

/**
 * Says what a client does: `debug` only when verbose, `warning` always, `alarm` on standard error even
 * where there is a log file.
 */
export type Log = (level: keyof typeof prefixes, text: string) => void;

const prefixes = {
  debug: '',
  info: '',
  warning: 'Warning: ',
  error: 'ERROR: ',
  alarm: 'Warning: ',
} as const;

/**
 * The log that the environment asks for: `$DISTCC_LOG`, else standard error, where only warnings and
 * errors go unless DISTCC_VERBOSE is 1. A log file that cannot be opened does not stop a build.
 */
export function makeLog(settings: Settings): Log {
  const { logFile, isVerbose } = settings;
  const isLoud = isVerbose || logFile !== undefined;
  let descriptor = logFile === undefined ? 2 : openLog(logFile);
  return (level, text) => {
    if (level === 'debug' && !isVerbose) return;
    if (level === 'info' && !isLoud) return;
    const line = `distcc[${process.pid}] ${prefixes[level]}${text}\n`;
    if (level === 'alarm' && descriptor !== 2) writeOut(2, line);
    try {
      fs.writeSync(descriptor, line);
    } catch {
      descriptor = 2; // the disk of the log is full: the build goes on
    }
  };
}

function openLog(file: string): number {
  try {
    return fs.openSync(file, 'a');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fs.writeSync(
      2,
      `distcc[${process.pid}] Warning: failed to open logfile "${file}": ${reason}\n`,
    );
    return 2;
  }
}
