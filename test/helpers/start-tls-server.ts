import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import type { ExecutionContext } from 'ava';

/** A server of a test, good or bad, and what its clients said to it once the handshake was over. */
export interface TlsServer {
  readonly port: number;
  readonly received: () => Buffer;
  readonly handshakeCount: () => number;
}

/** Speak TLS on a port of 127.0.0.1, a free one by default, with the certificate of a folder, and let everybody in. */
export async function startTlsServer(
  t: Pick<ExecutionContext, 'teardown'>,
  folder: string,
  options: tls.TlsOptions = {},
  wanted = 0,
): Promise<TlsServer> {
  const chunks: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  let handshakes = 0;
  const own = { ...credentials(folder), requestCert: true, rejectUnauthorized: false };
  const server = tls.createServer({ ...own, ...options }, (socket) => {
    handshakes += 1;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  server.on('tlsClientError', () => undefined);
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as net.AddressInfo;
  return { port, received: () => Buffer.concat(chunks), handshakeCount: () => handshakes };
}

/** The files of a folder as node:tls takes them. */
export function credentials(folder: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  const read = (name: string): Buffer => readFileSync(path.join(folder, `${name}.pem`));
  return { ca: read('ca'), cert: read('cert'), key: read('key') };
}
