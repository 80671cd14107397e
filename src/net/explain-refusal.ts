import { once } from 'node:events';
import { codeOf } from '../errors/index.ts';

/**
 * Why a connection was not made: under Bun every failure that has to do with the network is ECONNREFUSED, so
 * that a machine without a network would hold its own trouble against every host.
 * @param cause - what the attempt threw
 * @returns an error with ENETUNREACH where no route leads to the address; else the same
 */
export async function explainRefusal(cause: unknown, address: string): Promise<unknown> {
  const isSure = process.versions['bun'] === undefined || codeOf(cause) !== 'ECONNREFUSED';
  if (isSure || (await hasRoute(address))) return cause;
  return Object.assign(new Error(`No route to ${address}`), { code: 'ENETUNREACH' });
}

/** What a socket without an address of its own reports. */
const UNSPECIFIED = ['0.0.0.0', '::'];
/** Discard (RFC 863), though nothing is sent there. */
const PORT = 9;

/**
 * Whether this machine knows a way to an address. Nothing is sent: the kernel gives a datagram socket an
 * address of its own where there is a way.
 */
export async function hasRoute(address: string): Promise<boolean> {
  const { default: dgram } = await import('node:dgram'); // seldom needed, and slow to load
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.connect(PORT, address);
    await once(socket, 'connect');
    return !UNSPECIFIED.includes(socket.address().address);
  } catch {
    return false; // Node says it in so many words
  } finally {
    socket.close();
  }
}
