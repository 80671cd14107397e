import { once } from 'node:events';
import net from 'node:net';
import { BindError } from '../errors/index.ts';
import { codeOf, formatAddress, plainAddress } from '../net/index.ts';
import { serveConnection } from './connection.ts';
import { makeService } from './service.ts';
import type { ServiceOptions } from './service.ts';
import type { Slots } from './slots.ts';

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
  const { service, drain, stop } = makeService(options);
  const connections = new Set<Promise<unknown>>();
  const door = new Door(options, service.limits.maxPerClient);
  const serve = (socket: net.Socket): void => {
    socket.on('error', () => undefined); // a reset has no reader to tell; 'close' follows
    const address = plainAddress(socket.remoteAddress ?? '');
    service.stats.acceptedCount += 1;
    if (!door.enter(address)) {
      service.stats.end('denied');
      socket.resetAndDestroy(); // a mere end could be taken for that of a server that read the request
      return;
    }
    socket.once('close', () => {
      door.leave(address);
    });
    const name = formatAddress(address, socket.remotePort ?? 0);
    const served = serveConnection({ input: socket, output: socket, name, address }, service);
    connections.add(served);
    void served.finally(() => connections.delete(served));
  };
  const server = net.createServer(
    {
      ...{ allowHalfOpen: true, noDelay: true },
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    },
    serve,
  );
  await listen(server, options);
  const shut = (): void => {
    if (server.listening) server.close();
    drain();
  };
  const close = async (): Promise<void> => {
    shut();
    stop();
    await Promise.all(connections);
  };
  return {
    port: portOf(server),
    slots: service.slots,
    connectionCount: () => connections.size,
    close,
    drain: async (limitMs) => {
      shut();
      const late = setTimeout(stop, limitMs);
      await Promise.all(connections);
      clearTimeout(late);
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Who may come in: those of the access list, and each not too often at once. */
class Door {
  readonly #options: DaemonOptions;
  readonly #maxPerClient: number;
  readonly #counts = new Map<string, number>();

  constructor(options: DaemonOptions, maxPerClient: number) {
    this.#options = options;
    this.#maxPerClient = maxPerClient;
  }

  enter(address: string): boolean {
    const { access, log } = this.#options;
    const count = this.#counts.get(address) ?? 0;
    if (!access.allows(address)) {
      log('error', `${address} is not on the access list: connection closed`, { client: address });
      return false;
    }
    if (count >= this.#maxPerClient) {
      log('warning', `${address} has ${count} connections already: connection closed`, {
        client: address,
      });
      return false;
    }
    this.#counts.set(address, count + 1);
    return true;
  }

  leave(address: string): void {
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
  }
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
