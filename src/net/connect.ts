import type { Socket } from 'node:net';
import { ConnectError, TimeoutError } from '../errors/index.ts';
import { bun } from '../process/index.ts';
import { bunHandlers, BunSocket } from './bun-socket.ts';
import { codeOf } from './code-of.ts';
import type { Connection } from './connection.ts';
import { explainRefusal } from './explain-refusal.ts';
import { startPatientTimer } from './patient-timer.ts';
import { onAbort, reasonOf } from './on-abort.ts';

/** distcc's limit for one address (fact sheet 4.4). */
export const CONNECT_TIMEOUT_MS = 4000;

/**
 * Bun lets go of an attempt to connect only when the system gives it up, after two minutes: with more of
 * them than this, node:net takes over.
 */
const MAX_ABANDONED = 128;

/** How {@link connect} waits. */
export interface ConnectOptions {
  readonly timeoutMs: number;
  /** Keep our side open when the peer ends its own. */
  readonly allowHalfOpen?: boolean;
  readonly signal: AbortSignal;
}

/** An address, or a path on this machine. */
export type Target =
  { readonly hostname: string; readonly port: number } | { readonly unix: string };

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

/** Begins to connect; calls back, never at once, when that has come to an end. */
type Start<Made> = (target: Target, allowHalfOpen: boolean, onEnd: (error?: Error) => void) => Made;

function quickest(): Start<Connection> {
  return bun !== undefined && BunSocket.abandonedCount < MAX_ABANDONED ? startByBun : startByNode;
}

function startByBun(
  target: Target,
  allowHalfOpen: boolean,
  onEnd: (error?: Error) => void,
): Connection {
  const socket = new BunSocket();
  bun?.connect({ ...target, allowHalfOpen, socket: bunHandlers, data: socket }).then(() => {
    setImmediate(onEnd);
  }, onEnd);
  return socket;
}

function startByNode(
  target: Target,
  allowHalfOpen: boolean,
  onEnd: (error?: Error) => void,
): Socket {
  const place =
    'unix' in target
      ? { path: target.unix }
      : { host: target.hostname, port: target.port, noDelay: true };
  const socket = process.getBuiltinModule('node:net').connect({ ...place, allowHalfOpen });
  socket.on('error', onEnd); // a reset between two reads, too, which has no reader to tell
  socket.on('connect', () => {
    onEnd();
  });
  return socket;
}

const TOO_LATE = new Error('Too late');

/**
 * Wait for a connection to be made: with a timer and listeners of our own, as AbortSignal.any and .timeout cost
 * more than the connection.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export function open<Made extends Connection>(
  target: Target,
  options: ConnectOptions,
  start: Start<Made>,
): Promise<Made> {
  const { signal, timeoutMs, allowHalfOpen = false } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = (error?: Error): void => {
      stopTimer();
      takeBack();
      if (error === undefined) {
        resolve(made);
        return;
      }
      made.destroy();
      explain(error, target, options).catch(reject);
    };
    const made = start(target, allowHalfOpen, end);
    const stopTimer = startPatientTimer(() => {
      end(TOO_LATE);
    }, timeoutMs);
    const takeBack = onAbort(signal, () => {
      end(reasonOf(signal));
    });
  });
}

/** @throws why there is no connection; the caller's own reason comes first */
async function explain(cause: Error, target: Target, options: ConnectOptions): Promise<never> {
  options.signal.throwIfAborted();
  const where = 'unix' in target ? target.unix : formatAddress(target.hostname, target.port);
  if (cause === TOO_LATE)
    throw new TimeoutError(`No connection to ${where} within ${options.timeoutMs} ms`);
  const real = 'unix' in target ? cause : await explainRefusal(cause, target.hostname);
  throw new ConnectError(`Cannot connect to ${where}: ${codeOf(real)}`, { cause: real });
}

/** `127.0.0.1:3632`, `[::1]:3632`. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
