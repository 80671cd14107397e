import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { codeOf, IoError } from '../errors/index.ts';
import { logLevels } from '../server/index.ts';
import type { WriteLine } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';

/**
 * Where the log goes: a file, standard error, or the system's log when nobody sees standard error.
 * @param isUnseen - the daemon is detached, or its standard error is somebody's connection
 * @throws {IoError} when the file cannot be opened
 */
export function openLog(line: CommandLine, isUnseen: boolean): WriteLine {
  const file = line.text('log-file');
  if (line.has('log-stderr') || line.has('wizard') || (file === undefined && !isUnseen)) {
    return (text) => void process.stderr.write(text);
  }
  return file === undefined ? openSystemLog() : openFile(file);
}

function openFile(file: string): WriteLine {
  try {
    const descriptor = fs.openSync(file, 'a');
    return (text) => {
      try {
        fs.writeSync(descriptor, text);
      } catch {
        // a full disk is no reason to stop serving
      }
    };
  } catch (cause) {
    throw new IoError(`Cannot open the log file "${file}": ${codeOf(cause)}`, { cause });
  }
}

/** syslog(3): the facility of daemons. */
const LOG_DAEMON = 3 << 3;

/** logger(1) writes to syslog or the journal; where it is missing, nothing is logged. */
function openSystemLog(): WriteLine {
  const args = ['--prio-prefix', `--id=${process.pid}`, '--tag', 'distccd'];
  const logger = spawn('logger', args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // the last lines are written when the daemon's group is gone
  });
  logger.on('error', () => undefined);
  logger.stdin.on('error', () => undefined);
  logger.unref();
  if (logger.stdin instanceof net.Socket) logger.stdin.unref();
  return (text, level) => {
    const plain = text.replace(/^distccd\[\d+\] /, '');
    if (logger.stdin.writable)
      logger.stdin.write(`<${LOG_DAEMON + logLevels.indexOf(level)}>${plain}`);
  };
}
