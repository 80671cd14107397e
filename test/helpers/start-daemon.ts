import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { findFreePort } from './free-port.ts';
import { makeFolder } from './make-folder.ts';
import { commandOf } from './paths.ts';
import { baseEnvironment, killGroup } from './run.ts';

/** A real daemon on loopback, for one test. */
export interface RunningDaemon {
  readonly port: number;
  readonly process: ChildProcess;
  /** Its TMPDIR. */
  readonly tmp: string;
  readonly readLog: () => Promise<string>;
}

/** How a daemon is started. */
export interface DaemonSetup {
  /** More words; `--allow` is 127.0.0.1 when it is not among them. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the daemon is started by, ending where its own words begin. */
  readonly within?: readonly string[];
  /** Listen on every address of 127.0.0.0/8, not on 127.0.0.1 alone. */
  readonly isEverywhere?: boolean;
}

/** Start our distccd; it is gone, with all that it started, when the test is over. */
export function startOurDistccd(
  t: ExecutionContext,
  setup: DaemonSetup = {},
): Promise<RunningDaemon> {
  return start(t, [...commandOf('distccd'), '--no-detach'], setup);
}

/** Start the distccd of Debian's package in the same way; its workers die with it. */
export function startOriginalDistccd(
  t: ExecutionContext,
  setup: DaemonSetup = {},
): Promise<RunningDaemon> {
  return start(t, ['/usr/bin/distccd', '--no-detach', '--daemon'], setup);
}

async function start(
  t: ExecutionContext,
  command: readonly string[],
  { args = [], env = {}, isEverywhere = false, within = [] }: DaemonSetup,
): Promise<RunningDaemon> {
  const folder = await makeFolder(t);
  const tmp = path.join(folder, 'tmp');
  await mkdir(tmp);
  await chmod(tmp, 0o777);
  const logFile = path.join(folder, 'log');
  const port = await findFreePort();
  const listen = isEverywhere ? '0.0.0.0' : '127.0.0.1';
  const allow = args.some((word) => word.startsWith('--allow')) ? [] : ['--allow', '127.0.0.0/8'];
  const [program = '', ...words] = [
    ...[...within, ...command, '--listen', listen, '--port', String(port), ...allow],
    ...['--log-file', logFile, '--log-level', 'info', ...args],
  ];
  const child = spawn(program, words, {
    env: { ...baseEnvironment(folder, tmp), ...env },
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  const closed = once(child, 'close');
  t.teardown(async () => {
    await endDaemon(child);
    await closed;
  });
  await waitForPort(port, child);
  const readLog = (): Promise<string> => readFile(logFile, 'utf8').catch(() => '');
  return { port, process: child, tmp, readLog };
}

/** Politely first, so that coverage is written; then for certain. */
async function endDaemon(child: ChildProcess): Promise<void> {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (!isOver()) child.kill('SIGTERM');
  const exit = isOver() ? Promise.resolve() : once(child, 'exit');
  await Promise.race([exit, new Promise((resolve) => setTimeout(resolve, 4000).unref())]);
  killGroup(child.pid);
}

/** Wait until something listens, or the daemon has ended. */
export async function waitForPort(port: number, child?: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child?.exitCode != null) throw new Error(`The daemon ended with ${child.exitCode}`);
    const socket = net.connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`Nothing listens on ${port}`);
}
