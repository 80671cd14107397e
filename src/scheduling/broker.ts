import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import { removeQuietly } from '../process/index.ts';
import { serveClient } from './serve-client.ts';
import type { ServeOptions } from './serve-client.ts';
import { shortPath, socketName } from './socket-path.ts';

/** Those who wait hear so often that somebody is there. */
const REASSURE_MS = 5000;

/** What {@link runBroker} needs. */
export interface BrokerOptions extends Omit<ServeOptions, 'onStop'> {
  /** A private folder that is there. */
  readonly folder: string;
  /** With no client for so long, it is not needed. */
  readonly idleMs: number;
  /** Called once clients can connect. */
  readonly onReady: () => void;
  readonly signal: AbortSignal;
}

/**
 * Serve this user's clients until none came for a while, the socket's name is somebody else's or gone,
 * or the signal aborts.
 * @returns false when another broker serves the folder already
 */
export async function runBroker(options: BrokerOptions): Promise<boolean> {
  const { folder, signal, scheduler } = options;
  const over = new AbortController();
  const isOver = AbortSignal.any([signal, over.signal]);
  const end = (): void => {
    over.abort();
  };
  const server = net.createServer((socket) => {
    serveClient(socket, { ...options, onStop: end });
  });
  const name = socketName();
  if (!(await listen(server, folder, name))) return false;
  const inode = inodeOf(path.join(folder, name));
  // The folder may be removed, or another broker take the name: then no client comes here any more.
  const watcher = watchFolder(folder, () => {
    if (inodeOf(path.join(folder, name)) !== inode) end();
  });
  const reassure = setInterval(() => {
    scheduler.reassure();
  }, REASSURE_MS);
  endWhenIdle(server, options, end);
  options.onReady();
  if (!isOver.aborted) await once(isOver, 'abort');
  watcher?.close();
  clearInterval(reassure);
  if (inodeOf(path.join(folder, name)) === inode) removeQuietly(path.join(folder, name));
  server.close();
  return true;
}

/**
 * Listen under a name of our own, then give the socket its right name in one step: whoever loses the race
 * to another broker sees it.
 */
async function listen(server: net.Server, folder: string, name: string): Promise<boolean> {
  const own = `${name}.${process.pid}`;
  const socket = shortPath(folder, own);
  if (socket === undefined) return false;
  const file = path.join(folder, name);
  removeQuietly(path.join(folder, own));
  server.listen(socket);
  await once(server, 'listening');
  try {
    fs.linkSync(path.join(folder, own), file);
  } catch {
    if (await isServed(folder, name)) {
      server.close();
      removeQuietly(path.join(folder, own));
      return false;
    }
    fs.renameSync(path.join(folder, own), file); // what is there was left by one that died
  }
  removeQuietly(path.join(folder, own));
  return true;
}

/** Whether somebody listens at a socket. */
async function isServed(folder: string, name: string): Promise<boolean> {
  const socket = net.connect(shortPath(folder, name) ?? '');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The timer keeps nobody alive: what is over may end at once. */
function endWhenIdle(
  server: net.Server,
  { idleMs, scheduler }: BrokerOptions,
  end: () => void,
): void {
  let timer = setTimeout(end, idleMs).unref();
  server.on('connection', (socket: net.Socket) => {
    clearTimeout(timer);
    socket.on('close', () => {
      clearTimeout(timer);
      if (scheduler.isIdle) timer = setTimeout(end, idleMs).unref();
    });
  });
}

function watchFolder(folder: string, onChange: () => void): fs.FSWatcher | undefined {
  try {
    const watcher = fs.watch(folder, onChange);
    watcher.on('error', onChange);
    return watcher;
  } catch {
    return undefined; // no more watches for this user: the idle time ends it
  }
}

function inodeOf(file: string): number | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
