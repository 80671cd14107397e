import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import type { ExecutionContext } from 'ava';
import dnsPacket from 'dns-packet';
import type { Answer, Packet, StringAnswer, SrvAnswer } from 'dns-packet';

/** A record of the zone. */
export type ZoneRecord = StringAnswer | SrvAnswer;

/** A server that runs, and what it has been asked: `red.lab A`. */
export interface ZoneServer {
  readonly port: number;
  readonly questions: readonly string[];
}

/** What a question without EDNS allows over UDP (RFC 1035, section 2.3.4). */
const UDP_BYTES = 512;

/**
 * A DNS server of one zone on 127.0.0.1, as CoreDNS and Consul are to us: SRV answers bring the
 * addresses of their targets along, an answer too long for UDP is truncated and whole over TCP, and a
 * name that is there without records of the type is NOERROR.
 * @param options - `udpAnswers`: so many answers over UDP, and no word of the others (Consul's udp_answer_limit)
 */
export async function startZoneServer(
  t: ExecutionContext,
  records: readonly ZoneRecord[],
  { udpAnswers = Infinity } = {},
): Promise<ZoneServer> {
  const questions: string[] = [];
  const udp = dgram.createSocket('udp4');
  const tcp = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes: Buffer) => {
      socket.end(dnsPacket.streamEncode(answer(dnsPacket.streamDecode(bytes), records)));
    });
  });
  udp.on('message', (bytes, { port, address }) => {
    const query = dnsPacket.decode(bytes);
    for (const { name, type } of query.questions ?? []) questions.push(`${name} ${type}`);
    const all = answer(query, records);
    const whole = dnsPacket.encode({ ...all, answers: all.answers?.slice(0, udpAnswers) ?? [] });
    const cut = answer(query, []);
    const isTooLong = whole.length > UDP_BYTES;
    const reply = { ...cut, flags: (cut.flags ?? 0) | dnsPacket.TRUNCATED_RESPONSE };
    udp.send(isTooLong ? dnsPacket.encode(reply) : whole, port, address);
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as net.AddressInfo;
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  t.teardown(() => {
    udp.close();
    tcp.close();
  });
  return { port, questions };
}

const NXDOMAIN = 3;

function answer(query: Packet, records: readonly ZoneRecord[]): Packet {
  const [question] = query.questions ?? [];
  const name = question?.name.toLowerCase();
  const own = records.filter((record) => record.name === name);
  const answers = own.filter(({ type }) => type === question?.type);
  const targets = answers.flatMap((record) => (record.type === 'SRV' ? [record.data.target] : []));
  const additionals: Answer[] = records.filter(
    (record) => record.type === 'A' && targets.includes(record.name),
  );
  const flags = dnsPacket.AUTHORITATIVE_ANSWER | (own.length > 0 ? 0 : NXDOMAIN);
  const { id = 0, questions = [] } = query;
  return { type: 'response', id, flags, questions, answers, additionals };
}
