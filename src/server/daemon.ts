import { once } from 'node:events';
import net from 'node:net';
import { BindError } from '../errors/index.ts';
import { codeOf, formatAddress, plainAddress } from '../net/index.ts';
import { serveConnection } from './connection.ts';
import { Door } from './door.ts';
import { makeService } from './service.ts';
import type { Service, ServiceOptions } from './service.ts';
import type { Slots } from './slots.ts';
import type { Stats } from './stats.ts';

/** How a daemon serves. */
export interface DaemonOptions extends ServiceOptions {
  /** An address; all of this machine's, IPv6 and IPv4, when absent. */
  readonly listen?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Called when the port is ours and before anybody is served: root's powers end here. */
  readonly onListening?: () => void;
}

/** A daemon that listens. */
export interface Daemon extends AsyncDisposable {
  readonly port: number;
  readonly slots: Slots;
  readonly stats: Stats;
  /** Connections that are open. */
  connectionCount(): number;
  /**
   * Take no more connections, let the jobs that were begun end, and come back when nothing is left.
   * @param limitMs - jobs that are not done by then are ended
   */
  drain(limitMs: number): Promise<void>;
  /** Take no more connections, end the running jobs, and come back when nothing is left. */
  close(): Promise<void>;
}

/** A client that lost its power does not hold a slot for ever. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Listen, and serve every connection that the access list lets in.
 * @throws {BindError} when the address and port cannot be had
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const running = makeService(options);
  const { service } = running;
  const connections = new Set<Promise<unknown>>();
  const door = new Door(options.access, service.limits.maxPerClient);
  const server = net.createServer(socketOptions, (socket) => {
    const served = letIn(socket, door, service);
    if (served === undefined) return;
    connections.add(served);
    void served.finally(() => connections.delete(served));
  });
  await listen(server, options);
  const shut = (): void => {
    if (server.listening) server.close();
    running.drain();
  };
  const close = async (): Promise<void> => {
    shut();
    running.stop();
    await Promise.all(connections);
  };
  const drain = async (limitMs: number): Promise<void> => {
    shut();
    const late = setTimeout(running.stop, limitMs);
    await Promise.all(connections);
    clearTimeout(late);
  };
  const { slots, stats } = service;
  const connectionCount = (): number => connections.size;
  const port = portOf(server);
  return { port, slots, stats, connectionCount, drain, close, [Symbol.asyncDispose]: close };
}

const socketOptions = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: KEEP_ALIVE_MS,
};

function letIn(socket: net.Socket, door: Door, service: Service): Promise<unknown> | undefined {
  socket.on('error', () => undefined); // a reset has no reader to tell; 'close' follows
  const { stats, log } = service;
  const address = plainAddress(socket.remoteAddress ?? '');
  stats.acceptedCount += 1;
  const reason = door.enter(address);
  if (reason !== undefined) {
    stats.end('denied');
    log('error', `${address} ${reason}: connection closed`, { client: address, outcome: 'denied' });
    socket.resetAndDestroy(); // a mere end could be taken for that of a server that read the request
    return undefined;
  }
  socket.once('close', () => {
    door.leave(address);
  });
  const name = formatAddress(address, socket.remotePort ?? 0);
  return serveConnection({ input: socket, output: socket, name, address }, service);
}

async function listen(server: net.Server, options: DaemonOptions): Promise<void> {
  const { listen: host, port, onListening } = options;
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
  } catch (cause) {
    const where = formatAddress(host ?? '*', port);
    throw new BindError(`Cannot listen on ${where}: ${codeOf(cause)}`, { cause });
  }
  try {
    onListening?.();
  } catch (error) {
    server.close();
    throw error;
  }
}

function portOf(server: net.Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
