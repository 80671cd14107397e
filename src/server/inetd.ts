import net from 'node:net';
import { exitCodes } from '../errors/index.ts';
import { formatAddress, onAbort, plainAddress, readSocketPeer } from '../net/index.ts';
import { serveConnection } from './connection.ts';
import type { Peer } from './connection.ts';
import { makeService } from './service.ts';
import type { ServiceOptions } from './service.ts';

/**
 * Serve the client that is connected to standard input and output: the way of inetd and of ssh.
 * @param signal - ends it
 * @returns the exit code: the compiler's own, or why there was none
 */
export async function serveStandardInput(
  options: ServiceOptions,
  signal: AbortSignal,
): Promise<number> {
  const { service, stop } = makeService(options);
  const takeBack = onAbort(signal, stop);
  const peer = makePeer();
  if (peer.address !== '' && !options.access.allows(peer.address)) {
    options.log('error', `${peer.address} is not on the access list: connection closed`);
    return exitCodes.accessDenied;
  }
  try {
    return await serveConnection(peer, service);
  } finally {
    takeBack();
  }
}

/** What comes by a pipe was let in by whoever made the pipe: sshd has asked for a key. */
function makePeer(): Peer {
  const { stdin: input, stdout: output } = process;
  const socket = input instanceof net.Socket ? input : readSocketPeer(0);
  const address = plainAddress(socket?.remoteAddress ?? '');
  const name = address === '' ? 'standard input' : formatAddress(address, socket?.remotePort ?? 0);
  return { input, output, name, address };
}
