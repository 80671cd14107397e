import type net from 'node:net';
import { DistccError } from '../errors/index.ts';
import { onAbort } from '../net/index.ts';
import { serveConnection } from './connection.ts';
import type { Service } from './service.ts';
import type { Gate, KnownClient } from './tls-gate.ts';

/** A connection whose address is on the access list. */
export interface Arrival {
  readonly socket: net.Socket;
  /** For people: address and port. */
  readonly name: string;
  readonly address: string;
}

/** Serve a connection once its client has shown a certificate; nothing of its request is read before. */
export async function serveSecured(
  arrival: Arrival,
  service: Service,
  gate: Gate,
): Promise<unknown> {
  const { socket, name, address } = arrival;
  const client = await tryAdmit(arrival, service, gate);
  if (client === undefined) {
    socket.destroy();
    return undefined;
  }
  const peer = { input: client.socket, output: client.socket, address };
  return serveConnection({ ...peer, name: `${name} (${client.subject})` }, service);
}

async function tryAdmit(
  { socket, name, address: client }: Arrival,
  { draining, stats, log }: Service,
  gate: Gate,
): Promise<KnownClient | undefined> {
  const takeBack = onAbort(draining, () => void socket.destroy());
  try {
    return await gate.admit(socket);
  } catch (error) {
    if (!(error instanceof DistccError)) throw error;
    if (draining.aborted) return undefined;
    // Who proves to be nobody of ours was turned away; who breaks off may have turned us away.
    const level = error.name === 'UntrustedError' ? 'error' : 'notice';
    stats.end('denied');
    log(level, `${name} is not let in: ${error.message}`, { client, outcome: 'denied' });
    return undefined;
  } finally {
    takeBack();
  }
}
