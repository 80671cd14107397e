import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

/** Below the range that Linux draws from for outgoing connections, so that nobody else takes it. */
const LOWEST = 12_000;
const HIGHEST = 32_000;

/** Who got a port may not listen on it yet. */
const given = new Set<number>();

/** A port of 127.0.0.1 on which nothing listens, and that no other test of this process was given. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port)) continue;
    given.add(port);
    const server = net.createServer();
    try {
      server.listen(port, '0.0.0.0');
      await once(server, 'listening');
      return port;
    } catch {
      continue;
    } finally {
      server.close();
    }
  }
}
