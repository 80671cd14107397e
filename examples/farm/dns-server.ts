import dns2 from 'dns2';

/** A DNS server that runs. */
export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
}

const NAME_ERROR = 3; // RFC 1035, section 4.1.1: there is no such name

/**
 * Start a DNS server on a free port of 127.0.0.1.
 * @param addresses - by name; any other name does not exist
 */
export async function startDnsServer(addresses: ReadonlyMap<string, string>): Promise<DnsServer> {
  const server = dns2.createUDPServer((request, send) => {
    void send(answer(request, addresses)).catch(() => undefined); // who asked is gone
  });
  await server.listen(0, '127.0.0.1');
  return {
    address: `127.0.0.1:${server.address().port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.once('close', resolve);
        server.close();
      }),
  };
}

function answer(request: dns2.Packet, addresses: ReadonlyMap<string, string>): dns2.Packet {
  const { CLASS, Header, Resource, TYPE } = dns2.Packet;
  const { id, rd } = request.header;
  const [question] = request.questions;
  const name = question?.name ?? '';
  const address = addresses.get(name.toLowerCase());
  const reply = new dns2.Packet();
  reply.header = new Header({
    id,
    rd,
    qr: 1,
    aa: 1,
    rcode: address === undefined ? NAME_ERROR : 0,
  });
  reply.questions = request.questions.slice(0, 1);
  if (address !== undefined && question?.type === TYPE.A) {
    reply.answers = [new Resource({ name, type: TYPE.A, class: CLASS.IN, ttl: 60, address })];
  }
  return reply;
}
