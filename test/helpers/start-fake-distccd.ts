import { once } from 'node:events';
import net from 'node:net';
import type { ExecutionContext } from 'ava';
import { encodeResponse, RequestDecoder } from '../../src/protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../../src/protocol/index.ts';

/** One connection to a fake daemon. */
export interface Call {
  readonly socket: net.Socket;
  /** The whole request, when it has come; never, when the client leaves before. */
  readonly request: () => Promise<CompileRequest>;
  /** The bytes of an answer: a success without an object, changed by `parts`. */
  readonly response: (parts: Partial<CompileResponse>) => Buffer;
}

/** What a fake daemon does with a connection. */
export type Script = (call: Call) => void | Promise<void>;

/** A daemon that listens and does as it is told. */
export interface FakeDistccd {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** Connections so far. */
  readonly callCount: () => number;
}

/** A scripted peer on a free port of 127.0.0.1; it ends with the test, and so do its connections. */
export async function startFakeDistccd(
  t: Pick<ExecutionContext, 'teardown'>,
  script: Script,
): Promise<FakeDistccd> {
  const sockets = new Set<net.Socket>();
  let callCount = 0;
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    callCount += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    void script(makeCall(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as net.AddressInfo;
  return { address: '127.0.0.1', port, callCount: () => callCount };
}

function makeCall(socket: net.Socket): Call {
  let version: CompileResponse['version'] = 1;
  const none = new Uint8Array(0);
  return {
    socket,
    request: () =>
      new Promise((resolve) => {
        const decoder = new RequestDecoder();
        socket.on('data', (chunk: Uint8Array) => {
          const request = decoder.push(chunk);
          if (request === undefined) return;
          version = request.version;
          resolve(request);
        });
      }),
    response: (parts) => {
      const base = { version, status: 0, stderr: none, stdout: none, object: none };
      return Buffer.concat(encodeResponse({ ...base, ...parts }));
    },
  };
}
