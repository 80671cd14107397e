import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { encodeResponse, RequestDecoder } from '../../src/protocol/index.ts';
import type { Place } from './farm.ts';
import { runTool } from './stage.ts';
import type { Stage } from './stage.ts';

/** Takes connections and says nothing, as a daemon that hangs. */
export function startSilentHost({ address, port }: Place): Promise<AsyncDisposable> {
  return serve({ address, port }, () => undefined);
}

/** Reads every request to its end and sends a well-formed answer, always with the same object. */
export async function startCannedHost(place: Place, stage: Stage): Promise<AsyncDisposable> {
  const object = await compileCannedObject(stage);
  const empty = new Uint8Array(0);
  return serve(place, (socket) => {
    const decoder = new RequestDecoder();
    socket.on('data', (chunk) => {
      const request = decoder.push(chunk);
      if (request === undefined) return;
      const response = { status: 0, stderr: empty, stdout: empty, object };
      for (const part of encodeResponse({ version: request.version, ...response })) {
        socket.write(part);
      }
      socket.end();
    });
  });
}

/** A right object of this machine's own gcc, of a file that nobody sends. */
async function compileCannedObject(stage: Stage): Promise<Uint8Array> {
  const source = path.join(stage.folder, 'canned.c');
  const output = path.join(stage.folder, 'canned.o');
  fs.writeFileSync(source, 'int canned(int number) { return number + 1; }\n');
  await runTool('gcc', ['-c', source, '-o', output], stage);
  return fs.readFileSync(output);
}

async function serve(
  { address, port, foreignFolder }: Place,
  onConnection: (socket: net.Socket) => void,
): Promise<AsyncDisposable> {
  const sockets = new Set<net.Socket>();
  const greet = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // who asked has given up
    onConnection(socket.resume());
  };
  const server =
    foreignFolder === undefined
      ? net.createServer({ allowHalfOpen: true }, greet)
      : tls
          .createServer(readCertificate(foreignFolder), greet)
          .on('tlsClientError', () => undefined);
  server.listen({ host: address, port });
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readCertificate(folder: string): tls.TlsOptions {
  const read = (name: string): Buffer => fs.readFileSync(path.join(folder, name));
  return { cert: read('cert.pem'), key: read('key.pem') };
}
