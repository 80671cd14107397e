import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

/** A real distccd on loopback, for one test. */
export interface RealDistccd {
  /** Sends chunks on a connection of its own; yields what comes back until the daemon closes. */
  readonly talk: (chunks: readonly Uint8Array[]) => AsyncIterable<Uint8Array>;
  /** What the daemon has logged so far. */
  readonly readLog: () => Promise<string>;
}

/** Starts Debian's distccd; it, its workers and its files are gone when the test is over. */
export async function startRealDistccd(t: ExecutionContext): Promise<RealDistccd> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'real-distccd-'));
  await chmod(directory, 0o777); // the daemon changes to a user of its own
  const logFile = path.join(directory, 'log');
  const port = await findFreePort();
  const child = spawn(
    'distccd',
    [
      ...['--no-detach', '--daemon', '--enable-tcp-insecure', '--jobs', '2'],
      ...['--port', String(port), '--listen', '127.0.0.1', '--allow', '127.0.0.1'],
      ...['--log-file', logFile, '--log-level', 'info'],
    ],
    { detached: true, stdio: 'ignore', env: { ...process.env, TMPDIR: directory } },
  );
  const closed = once(child, 'close');
  t.teardown(async () => {
    killGroup(child.pid);
    await closed;
    await rm(directory, { recursive: true, force: true });
  });
  await waitForPort(port);
  return {
    talk: (chunks) => talk(port, chunks),
    readLog: () => readFile(logFile, 'utf8').catch(() => 'no log'),
  };
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('No port');
  return address.port;
}

async function waitForPort(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
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

async function* talk(port: number, chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    for (const chunk of chunks) socket.write(chunk);
    for await (const chunk of socket) yield chunk as Uint8Array;
  } finally {
    socket.destroy();
  }
}

/** The daemon leads a group of its own; its workers and their compilers are in it. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}
