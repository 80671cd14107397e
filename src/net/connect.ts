import { once } from 'node:events';
import net from 'node:net';
import { ConnectError, TimeoutError } from '../errors/index.ts';

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
  const { signal, timeoutMs, allowHalfOpen = false } = options;
  signal.throwIfAborted();
  const socket = net.connect({ host: address, port, noDelay: true, allowHalfOpen });
  socket.on('error', () => undefined); // a reset between two reads has no reader to tell
  const timer = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, timer]) });
    return socket;
  } catch (cause) {
    socket.destroy();
    signal.throwIfAborted(); // the caller's reason comes first
    const where = formatAddress(address, port);
    if (timer.aborted) {
      throw new TimeoutError(`No connection to ${where} within ${timeoutMs} ms`, { cause });
    }
    throw new ConnectError(`Cannot connect to ${where}: ${codeOf(cause)}`, { cause });
  }
}

/** `127.0.0.1:3632`, `[::1]:3632`. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The errno name of a system error (`ECONNREFUSED`), or its message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
