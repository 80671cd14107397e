#!/usr/bin/env node
import fs from 'node:fs';
import { once } from 'node:events';
import os from 'node:os';
import { IoError } from '../errors/index.ts';
import { splitPath } from '../process/index.ts';
import { findCompilers, makeLog, startDaemon } from '../server/index.ts';
import { codeOf } from '../net/index.ts';
import { parseCommandLine } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { detach, isDetached, reportListening } from './detach.ts';
import { distccdProgram, readSettings } from './distccd-options.ts';
import { runCli } from './run-cli.ts';
import { formatVersion } from './version.ts';

await runCli('distccd', {}, async (signal) => {
  const argv = process.argv.slice(2);
  const line = parseCommandLine(distccdProgram, argv);
  if (line.has('help')) line.help();
  else if (line.has('version')) process.stdout.write(formatVersion('distccd'));
  else if (!line.has('detach')) await serve(line, signal);
  else {
    readSettings(line); // what is wrong with the words is said by who was started by a person
    return detach(argv);
  }
  return 0;
});

async function serve(line: CommandLine, stopped: AbortSignal): Promise<void> {
  const settings = readSettings(line);
  const log = makeLog(openLog(line), settings.logLevel);
  const compilers = findCompilers({
    folders: splitPath(process.env['DISTCCD_PATH'] ?? process.env['PATH'] ?? ''),
    allowed: line.all('allow-compiler'),
    allowsAny: line.has('enable-tcp-insecure'),
  });
  os.setPriority(Math.min(19, os.getPriority() + settings.nice));
  await using daemon = await startDaemon({ ...settings, compilers, log });
  const pidFile = line.text('pid-file');
  if (pidFile !== undefined) writePidFile(pidFile);
  log('notice', `listening on port ${daemon.port}, ${settings.jobs} jobs`);
  log('info', `compilers: ${compilers.names.join(' ')}`);
  reportListening();
  try {
    await stopRequest(stopped, settings.lifetimeMs);
  } finally {
    if (pidFile !== undefined) fs.rmSync(pidFile, { force: true });
  }
  log('notice', 'stopping');
}

function stopRequest(stopped: AbortSignal, lifetimeMs: number): Promise<unknown> {
  const lifetime = lifetimeMs > 0 ? [AbortSignal.timeout(lifetimeMs)] : [];
  const any = AbortSignal.any([stopped, ...lifetime]);
  return any.aborted ? Promise.resolve() : once(any, 'abort');
}

/** A daemon that nobody sees has no standard error: it logs to a file, or not at all. */
function openLog(line: CommandLine): (line: string) => void {
  const file = line.text('log-file');
  const isSeen = line.has('log-stderr') || !isDetached();
  if (file === undefined && !isSeen) return () => undefined;
  if (file === undefined) return (text) => void process.stderr.write(text);
  try {
    const descriptor = fs.openSync(file, 'a');
    return (text) => {
      fs.writeSync(descriptor, text);
    };
  } catch (cause) {
    throw new IoError(`Cannot open the log file "${file}": ${codeOf(cause)}`, { cause });
  }
}

function writePidFile(file: string): void {
  try {
    fs.writeFileSync(file, `${process.pid}\n`);
  } catch (cause) {
    throw new IoError(`Cannot write the pid file "${file}": ${codeOf(cause)}`, { cause });
  }
}
