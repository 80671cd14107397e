import { once } from 'node:events';
import net from 'node:net';
import { BindError, codeOf } from '../errors/index.ts';
import { formatAddress, plainAddress } from '../net/index.ts';
import { serveConnection } from './connection.ts';
import { Door } from './door.ts';
import { makeService } from './service.ts';
import { serveSecured } from './serve-secured.ts';
import type { Service, ServiceOptions } from './service.ts';
import type { Gate } from './tls-gate.ts';
import type { Slots } from './slots.ts';
import type { Stats } from './stats.ts';

/** How a daemon serves. */
export interface DaemonOptions extends ServiceOptions {
  /** An address; all of this machine's, IPv6 and IPv4, when absent. */
  readonly listen?: string;
  /** 0 takes a free one; absent: nothing but TLS is taken. */
  readonly port?: number;
  /** Also, or instead, take clients that show a certificate of the farm. */
  readonly tls?: { readonly port: number; readonly gate: Gate };
  /** Called when the port is ours and before anybody is served: root's powers end here. */
  readonly onListening?: () => void;
}

/** A daemon that listens. */
export interface Daemon extends AsyncDisposable {
  /** Of plain connections; the one of TLS where there are none. */
  readonly port: number;
  readonly tlsPort?: number;
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
  // Over TLS who ends its side has left: nothing else tells of one that leaves in the handshake.
  const open = (gate?: Gate): net.Server =>
    net.createServer({ ...socketOptions, allowHalfOpen: gate === undefined }, (socket) => {
      const served = letIn(socket, door, service, gate);
      if (served === undefined) return;
      connections.add(served);
      void served.finally(() => connections.delete(served));
    });
  const listeners = await listenAll(options, open);
  const shut = (): void => {
    for (const { server } of listeners) if (server.listening) server.close();
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
  const ports = portsOf(listeners);
  return { ...ports, slots, stats, connectionCount, drain, close, [Symbol.asyncDispose]: close };
}

const socketOptions = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: KEEP_ALIVE_MS,
};

function letIn(
  socket: net.Socket,
  door: Door,
  service: Service,
  gate: Gate | undefined,
): Promise<unknown> | undefined {
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
  if (gate !== undefined) return serveSecured({ socket, name, address }, service, gate);
  return serveConnection({ input: socket, output: socket, name, address }, service);
}

interface Listener {
  readonly server: net.Server;
  readonly isTls: boolean;
}

async function listenAll(
  { listen: host, port, tls, onListening }: DaemonOptions,
  open: (gate?: Gate) => net.Server,
): Promise<readonly Listener[]> {
  const listeners = [
    ...(port === undefined ? [] : [{ port, isTls: false, server: open() }]),
    ...(tls === undefined ? [] : [{ port: tls.port, isTls: true, server: open(tls.gate) }]),
  ];
  try {
    for (const { server, port: wanted } of listeners) await listen(server, host, wanted);
    onListening?.();
    return listeners;
  } catch (error) {
    for (const { server } of listeners) server.close();
    throw error;
  }
}

async function listen(server: net.Server, host: string | undefined, port: number): Promise<void> {
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
  } catch (cause) {
    const where = formatAddress(host ?? '*', port);
    throw new BindError(`Cannot listen on ${where}: ${codeOf(cause)}`, { cause });
  }
}

function portsOf(listeners: readonly Listener[]): Pick<Daemon, 'port' | 'tlsPort'> {
  const plain = listeners.find(({ isTls }) => !isTls);
  const tls = listeners.find(({ isTls }) => isTls);
  return {
    port: portOf((plain ?? tls)?.server),
    ...(tls !== undefined && { tlsPort: portOf(tls.server) }),
  };
}

function portOf(server: net.Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
