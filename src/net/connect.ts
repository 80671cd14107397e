import net from 'node:net';
import { ConnectError, TimeoutError } from '../errors/index.ts';
import { codeOf } from './code-of.ts';
import { explainRefusal } from './explain-refusal.ts';
import { startPatientTimer } from './patient-timer.ts';
import { onAbort } from './on-abort.ts';

/** distcc's limit for one address (fact sheet 4.4). */
export const CONNECT_TIMEOUT_MS = 4000;

/** How {@link connect} waits. */
export interface ConnectOptions {
  readonly timeoutMs: number;
  /** Keep our side open when the peer ends its own. */
  readonly allowHalfOpen?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Open a TCP connection to an address that is known already: no name is looked up here.
 * @param address - an IPv4 or IPv6 literal
 * @throws {TimeoutError} when nothing answers within `timeoutMs`
 * @throws {ConnectError} when the connection is refused or no route leads there; `cause` has the code
 */
export async function connect(
  address: string,
  port: number,
  options: ConnectOptions,
): Promise<net.Socket> {
  const { signal, allowHalfOpen = false } = options;
  signal.throwIfAborted();
  const socket = net.connect({ host: address, port, noDelay: true, allowHalfOpen });
  const where = formatAddress(address, port);
  return finish(socket, where, options, (cause) => explainRefusal(cause, address));
}

/**
 * Open a connection to a socket of this machine that has a path.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export async function connectLocal(path: string, options: ConnectOptions): Promise<net.Socket> {
  const { signal, allowHalfOpen = false } = options;
  signal.throwIfAborted();
  return finish(net.connect({ path, allowHalfOpen }), path, options, (cause) => cause);
}

async function finish(
  socket: net.Socket,
  where: string,
  options: ConnectOptions,
  explain: (cause: unknown) => unknown,
): Promise<net.Socket> {
  const { signal, timeoutMs } = options;
  socket.on('error', () => undefined); // a reset between two reads has no reader to tell
  try {
    await connected(socket, options);
    return socket;
  } catch (cause) {
    socket.destroy();
    signal.throwIfAborted(); // the caller's reason comes first
    if (cause === TOO_LATE)
      throw new TimeoutError(`No connection to ${where} within ${timeoutMs} ms`);
    const real = await explain(cause);
    throw new ConnectError(`Cannot connect to ${where}: ${codeOf(real)}`, { cause: real });
  }
}

const TOO_LATE = new Error('Too late');

/** A timer and listeners of our own: AbortSignal.any and .timeout cost more than the connection. */
function connected(socket: net.Socket, { signal, timeoutMs }: ConnectOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      stopTimer();
      takeBack();
      socket.off('connect', end).off('error', end);
      if (error === undefined) resolve();
      else reject(error);
    };
    const stopTimer = startPatientTimer(() => {
      end(TOO_LATE);
    }, timeoutMs);
    const takeBack = onAbort(signal, () => {
      end(new Error('Aborted'));
    });
    socket.on('connect', end).on('error', end);
  });
}

/** `127.0.0.1:3632`, `[::1]:3632`. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
