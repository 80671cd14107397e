import { once } from 'node:events';
import net from 'node:net';
import { BindError, codeOf } from '../errors/index.ts';
import { serveConnection } from './connection.ts';
import { makeService } from './service.ts';
import type { ServiceOptions } from './service.ts';

/** Whose turn the jobs of a tunnel take: they are all one user's. */
const CLIENT = 'ssh';

/** A socket that serves. */
export interface Tunnel {
  /** Take no more connections, end the running jobs, and come back when nothing is left. */
  close(): Promise<void>;
}

/**
 * Serve whoever connects to a socket in a folder that only this user may enter.
 * @param file - the socket's path, which nothing has yet
 * @throws {BindError} when the path cannot be had
 */
export async function startTunnel(file: string, options: ServiceOptions): Promise<Tunnel> {
  const { service, drain, stop } = makeService(options);
  const connections = new Set<Promise<unknown>>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined); // a reset has no reader to tell; 'close' follows
    service.stats.acceptedCount += 1;
    const peer = { input: socket, output: socket, name: CLIENT, address: CLIENT };
    const served = serveConnection(peer, service);
    connections.add(served);
    void served.finally(() => connections.delete(served));
  });
  try {
    server.listen(file);
    await once(server, 'listening');
  } catch (cause) {
    throw new BindError(`Cannot listen on ${file}: ${codeOf(cause)}`, { cause });
  }
  const close = async (): Promise<void> => {
    server.close();
    drain();
    stop();
    await Promise.all(connections);
  };
  return { close };
}
