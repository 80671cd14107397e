import dgram from 'node:dgram';
import { once } from 'node:events';
import type { Answer } from 'dns-packet';
import type { ExecutionContext } from 'ava';
import mdns from 'multicast-dns';
import type { MdnsOptions } from '../../src/discovery/index.ts';

/** A responder of multicast DNS on loopback, for one test; the way to ask it and nobody else. */
export async function startResponder(
  t: ExecutionContext,
  answersTo: (name: string) => readonly Answer[],
): Promise<MdnsOptions> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const responder = mdns({ socket, bind: false, multicast: false });
  t.teardown(() => {
    responder.destroy();
  });
  responder.on('query', ({ questions }, peer) => {
    for (const { name } of questions ?? []) {
      const answers = answersTo(name);
      if (answers.length > 0) responder.respond([...answers], peer);
    }
  });
  const destination = { address: '127.0.0.1', port: socket.address().port };
  return { links: [{ type: 'udp4', zone: '%lo', destination }], waitMs: 300 };
}
