import { once, setMaxListeners } from 'node:events';
import net from 'node:net';
import pLimit from 'p-limit';
import { BindError } from '../errors/index.ts';
import { codeOf, formatAddress, plainAddress } from '../net/index.ts';
import type { AccessList } from '../net/index.ts';
import type { Compilers } from './compilers.ts';
import { serveConnection } from './connection.ts';
import type { Service } from './connection.ts';
import type { Log } from './log.ts';

/** How a daemon serves. */
export interface DaemonOptions {
  /** An address; all of this machine's, IPv6 and IPv4, when absent. */
  readonly listen?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly jobs: number;
  readonly access: AccessList;
  readonly compilers: Compilers;
  /** 0 is no limit. */
  readonly jobLifetimeMs: number;
  readonly log: Log;
}

/** A daemon that listens. */
export interface Daemon extends AsyncDisposable {
  readonly port: number;
  /** Take no more connections, end the running jobs, and come back when nothing is left. */
  close(): Promise<void>;
}

/** The longest silence of a client: it may preprocess between the head and the source. */
const IDLE_TIMEOUT_MS = 300_000;
/** From accept to the last byte of a request. */
const REQUEST_TIMEOUT_MS = 600_000;

/**
 * Listen, and serve every connection that the access list lets in.
 * @throws {BindError} when the address and port cannot be had
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // one for each connection
  const service = makeService(options, stopping.signal);
  const connections = new Set<Promise<void>>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined); // a reset has no reader to tell; 'close' follows
    if (!isAllowed(socket, options)) return;
    const served = serveConnection(socket, service).finally(() => connections.delete(served));
    connections.add(served);
  });
  await listen(server, options);
  const close = async (): Promise<void> => {
    stopping.abort(new Error('The daemon stops'));
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await Promise.all(connections);
  };
  return { port: portOf(server), close, [Symbol.asyncDispose]: close };
}

function makeService(options: DaemonOptions, signal: AbortSignal): Service {
  const { compilers, jobLifetimeMs, log } = options;
  const limit = pLimit(options.jobs);
  return {
    compilers,
    jobLifetimeMs,
    log,
    signal,
    inSlot: (job, leaving) => inSlot(limit, job, leaving),
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
}

/** A job whose client leaves while it waits is dropped there and then; one that runs ends itself. */
function inSlot<T>(
  limit: ReturnType<typeof pLimit>,
  job: () => Promise<T>,
  leaving: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(leaving.reason as Error);
    };
    leaving.addEventListener('abort', leave, { once: true });
    void limit(async () => {
      leaving.removeEventListener('abort', leave);
      if (!leaving.aborted) await job().then(resolve, reject);
    });
  });
}

function isAllowed(socket: net.Socket, options: DaemonOptions): boolean {
  const address = socket.remoteAddress ?? '';
  if (options.access.allows(address)) return true;
  options.log('error', `${plainAddress(address)} is not on the access list: connection closed`);
  socket.resetAndDestroy(); // a mere end could be taken for that of a server that read the request
  return false;
}

async function listen(server: net.Server, options: DaemonOptions): Promise<void> {
  const host = options.listen;
  try {
    server.listen({ port: options.port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
  } catch (cause) {
    const where = formatAddress(host ?? '*', options.port);
    throw new BindError(`Cannot listen on ${where}: ${codeOf(cause)}`, { cause });
  }
}

function portOf(server: net.Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
