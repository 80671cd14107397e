import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchNeedError } from '../bench.ts';

const script = fileURLToPath(new URL('../../src/cli/distccd.js', import.meta.url));

const executable = fileURLToPath(new URL('../../../dist/bin/distccd', import.meta.url));

const commands = {
  original: ['/usr/bin/distccd', '--daemon', '--enable-tcp-insecure'],
  executable: [executable],
  Node: [process.execPath, script],
} as const;

/** Which daemon. */
export type DaemonName = keyof typeof commands;

/** The daemons that are compared. */
export const daemonNames = Object.keys(commands) as DaemonName[];

/** How a daemon is started. */
export interface StartOptions {
  /** For its log and its temporary files; everybody may enter it. */
  readonly folder: string;
  /** Compilers that it is to run, beside those of the PATH. */
  readonly compilers: readonly string[];
  readonly jobs: number;
  /** More words for ours. */
  readonly args?: readonly string[];
}

/** A daemon that listens on 127.0.0.1. */
export interface RunningDaemon extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly process: ChildProcess;
  /** Its TMPDIR. */
  readonly tmp: string;
  readonly logFile: string;
}

/**
 * Start a daemon of its own group.
 * @throws {BenchNeedError} when it is not there or ends at once
 */
export async function startDaemon(name: DaemonName, options: StartOptions): Promise<RunningDaemon> {
  const { folder, compilers, jobs, args = [] } = options;
  const tmp = fs.mkdtempSync(path.join(folder, `${name}-`));
  fs.chmodSync(tmp, 0o777); // started by root, it is somebody else
  const logFile = path.join(tmp, '..', `${path.basename(tmp)}.log`);
  const port = await findFreePort();
  const [program, ...words] = commands[name];
  const allowed =
    name !== 'original' ? compilers.flatMap((file) => ['--allow-compiler', file]) : [];
  const all = [
    ...[...words, '--no-detach', '--listen', '127.0.0.1', '--port', String(port)],
    ...['--allow', '127.0.0.1', '--jobs', String(jobs), '--log-file', logFile],
    ...[...allowed, ...args],
  ];
  const folders = [...new Set(compilers.map((file) => path.dirname(file)))];
  const searchPath = [...folders, process.env['PATH'] ?? ''].join(':');
  const env = { PATH: process.env['PATH'], DISTCCD_PATH: searchPath, TMPDIR: tmp };
  const child = spawn(program, all, { env, stdio: 'ignore', detached: true });
  await waitForPort(port, child, name);
  const stop = () => endDaemon(child);
  return { pid: child.pid ?? 0, port, process: child, tmp, logFile, [Symbol.asyncDispose]: stop };
}

async function waitForPort(port: number, child: ChildProcess, name: string): Promise<void> {
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  child.once('error', end).once('exit', end);
  for (let tries = 0; tries < 400; tries += 1) {
    await sleep(25);
    if (over.signal.aborted) throw new BenchNeedError(`The ${name} distccd does not start`);
    const socket = net.connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      continue;
    } finally {
      socket.destroy();
    }
  }
  killGroup(child);
  throw new BenchNeedError(`The ${name} distccd does not listen`);
}

async function endDaemon(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([exit, sleep(5000, undefined, { ref: false })]);
  killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has gone by itself
  }
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
