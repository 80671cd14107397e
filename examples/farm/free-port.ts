import { once } from 'node:events';
import net from 'node:net';
import { BindError, codeOf } from '../../src/errors/index.ts';

/** Somebody else may take a port of one address between two looks. */
const TRIES = 20;

/**
 * A TCP port that is free on all of these addresses.
 * @throws {BindError} when an address is not this machine's, or no such port turns up
 */
export async function findFreePort(addresses: readonly string[]): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const servers: net.Server[] = [];
    try {
      for (const address of addresses) servers.push(await listen(address, portOf(servers[0])));
      return portOf(servers[0]);
    } catch (cause) {
      if (codeOf(cause) !== 'EADDRINUSE') throw bindError(addresses[servers.length] ?? '', cause);
    } finally {
      await Promise.all(servers.map(close));
    }
  }
  throw new BindError(`Found no port that is free on ${addresses.join(', ')}`);
}

async function listen(host: string, port: number): Promise<net.Server> {
  const server = net.createServer().listen({ host, port });
  await once(server, 'listening');
  return server;
}

function portOf(server: net.Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: net.Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}

/** Linux owns all of 127.0.0.0/8; elsewhere each address is added by hand. */
function bindError(address: string, cause: unknown): BindError {
  return new BindError(
    `Cannot listen on ${address}: ${codeOf(cause)} (macOS: sudo ifconfig lo0 alias ${address}, for each of 127.0.0.11 to 127.0.0.19)`,
    { cause },
  );
}
