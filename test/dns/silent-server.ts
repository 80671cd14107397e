import dgram from 'node:dgram';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import type { NameServer } from '../../src/dns/index.ts';

/** What a server that never answers has heard. */
export interface SilentServer extends NameServer {
  readonly packets: readonly Buffer[];
}

/** A bound port that swallows every question: unlike a closed one it is not refused. */
export async function startSilentServer(
  t: Pick<ExecutionContext, 'teardown'>,
): Promise<SilentServer> {
  const packets: Buffer[] = [];
  const socket = dgram.createSocket('udp4', (bytes) => packets.push(bytes));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => {
    socket.close();
  });
  return { address: '127.0.0.1', port: socket.address().port, packets };
}
