import type { Socket } from 'node:net';
import { bun, maxOpenFiles } from '../process/index.ts';
import { bunHandlers, BunSocket } from './bun-socket.ts';
import type { Connection } from './connection.ts';
import { inOneGo } from './in-one-go.ts';
import { open } from './open.ts';
import type { ConnectOptions, Maker, Start, Target } from './open.ts';

/** distcc's limit for one address (fact sheet 4.4). */
export const CONNECT_TIMEOUT_MS = 4000;

/**
 * Bun lets go of an attempt to connect only when the system gives it up, after two minutes: with more of
 * them than this, or than an eighth of the files that may be open, node:net takes over.
 */
const MAX_ABANDONED = 128;
let maxAbandoned: number | undefined;

/**
 * Open a TCP connection to an address that is known already: no name is looked up here.
 * @param address - an IPv4 or IPv6 literal
 * @throws {TimeoutError} when nothing answers within `timeoutMs`
 * @throws {ConnectError} when the connection is refused or no route leads there; `cause` has the code
 */
export function connect(
  address: string,
  port: number,
  options: ConnectOptions,
): Promise<Connection> {
  return open({ hostname: address, port }, options, quickest());
}

/**
 * Open a connection to a socket of this machine that has a path.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export function connectLocal(path: string, options: ConnectOptions): Promise<Connection> {
  return open({ unix: path }, options, quickest());
}

/**
 * {@link connect} with a socket of node:net, which node:tls can go on with.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export function connectSocket(
  address: string,
  port: number,
  options: ConnectOptions,
): Promise<Socket> {
  return open({ hostname: address, port }, options, startByNode);
}

function quickest(): Start<Connection> {
  return bun !== undefined && mayAbandonMore() ? startByBun : startByNode;
}

function mayAbandonMore(): boolean {
  if (BunSocket.abandonedCount === 0) return true; // nearly always: what follows reads a file
  maxAbandoned ??= Math.min(MAX_ABANDONED, Math.floor(maxOpenFiles() / 8));
  return BunSocket.abandonedCount < maxAbandoned;
}

function startByBun(target: Target, allowHalfOpen: boolean, maker: Maker): Connection {
  const socket = new BunSocket();
  inOneGo(() => {
    if (socket.isClosed) socket.onSettled();
    else beginByBun(socket, target, allowHalfOpen, maker);
  });
  return socket;
}

function beginByBun(socket: BunSocket, target: Target, allowHalfOpen: boolean, maker: Maker): void {
  const onFailed = (error: unknown): void => {
    maker.onFailed(error);
  };
  const onMade = (): void => {
    inOneGo(() => {
      maker.onMade();
    });
  };
  const how = { allowHalfOpen, socket: bunHandlers, data: socket };
  try {
    bun?.connect(Object.assign(how, target)).then(onMade, onFailed);
  } catch (error) {
    socket.onSettled(); // a target that is none: the others of this round begin all the same
    onFailed(error);
  }
}

function startByNode(target: Target, allowHalfOpen: boolean, maker: Maker): Socket {
  const place =
    'unix' in target
      ? { path: target.unix }
      : { host: target.hostname, port: target.port, noDelay: true };
  const socket = process.getBuiltinModule('node:net').connect({ ...place, allowHalfOpen });
  // A reset between two reads, too, which has no reader to tell.
  socket.on('error', (error) => {
    maker.onFailed(error);
  });
  socket.on('connect', () => {
    maker.onMade();
  });
  return socket;
}
