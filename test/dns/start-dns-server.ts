import type net from 'node:net';
import type { ExecutionContext } from 'ava';
import dns2 from 'dns2';
import type { NameServer } from '../../src/dns/index.ts';
import { faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { seededRandom } from './seeded-random.ts';

/** What the server does about one name; nothing said of a name: NXDOMAIN. */
export interface NameScript {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly SRV?: readonly { priority: number; weight: number; port: number; target: string }[];
  readonly TXT?: readonly string[];
  /** The name is an alias of this one, whose records come along. */
  readonly CNAME?: string;
  /** An error code: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
  readonly rcode?: number;
  /** The first so many questions get no answer. */
  readonly dropFirst?: number;
  readonly delayMs?: number;
  /** Over UDP no more records than these, and no word of the others: as Consul does. */
  readonly udpLimit?: number;
  /** Over UDP only: what comes instead of the answer, or before it. */
  readonly fault?: Fault;
  /** The same over TCP. */
  readonly tcpFault?: 'refuse' | 'silent' | 'cut' | 'wrong-id' | 'truncated' | 'servfail';
}

/** How a test server behaves. */
export interface DnsServerOptions {
  readonly names: Readonly<Record<string, NameScript>> | ((name: string) => NameScript | undefined);
  /** Of packets each way, from 0 to 1; drawn from a seeded generator. */
  readonly loss?: number;
  readonly seed?: number;
  readonly delayMs?: number;
}

/** A server that runs, and what it has been asked. */
export interface TestDnsServer extends NameServer {
  /** `red.lab A`, in the order they came; those that were lost on the way not. */
  readonly questions: readonly string[];
}

/** Start a DNS server on 127.0.0.1, UDP and TCP on one free port; it ends with the test. */
export async function startDnsServer(
  t: Pick<ExecutionContext, 'teardown'>,
  options: DnsServerOptions,
): Promise<TestDnsServer> {
  const questions: string[] = [];
  const answerer = new Answerer(options, questions);
  for (;;) {
    const udp = dns2.createUDPServer((request, send) => {
      answerer.onUdp(request, send);
    });
    await udp.listen(0, '127.0.0.1');
    const { port } = udp.address();
    const tcp = dns2.createTCPServer((request, send, client) => {
      answerer.onTcp(request, send, client as net.Socket);
    });
    const isListening = await new Promise<boolean>((resolve) => {
      tcp.once('error', () => {
        resolve(false);
      });
      tcp.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!isListening) {
      udp.close(); // somebody has this port for TCP: draw another
      continue;
    }
    const sockets = new Set<net.Socket>();
    tcp.on('connection', (socket: net.Socket) => sockets.add(socket));
    t.teardown(() => {
      answerer.stop();
      udp.close();
      tcp.close();
      for (const socket of sockets) socket.destroy();
    });
    return { address: '127.0.0.1', port, questions };
  }
}

type Packet = dns2.Packet;
type Resource = dns2.Packet.Resource;
type Send = (response: Packet | Buffer) => Promise<Buffer>;

class Answerer {
  readonly #options: DnsServerOptions;
  readonly #questions: string[];
  readonly #random: () => number;
  readonly #askedCounts = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: DnsServerOptions, questions: string[]) {
    this.#options = options;
    this.#questions = questions;
    this.#random = seededRandom(options.seed ?? 1);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  onUdp(request: Packet, send: Send): void {
    const { loss = 0 } = this.#options;
    if (this.#random() < loss) return;
    const script = this.#note(request);
    const isLost = this.#random() < loss;
    if (isLost || script === undefined) return;
    this.#later(script, () => {
      for (const packet of this.#udpPackets(request, script))
        void send(packet).catch(() => undefined);
    });
  }

  onTcp(request: Packet, send: Send, client: net.Socket): void {
    const script = this.#note(request);
    if (script === undefined || script.tcpFault === 'silent') return;
    if (script.tcpFault === 'refuse') return void client.destroy();
    const reply = this.#reply(request, script);
    if (script.tcpFault === 'wrong-id') reply.header.id ^= 1;
    if (script.tcpFault === 'truncated') reply.header.tc = 1;
    if (script.tcpFault === 'servfail') reply.header.rcode = 2;
    if (script.tcpFault !== 'cut') return void send(reply);
    client.end(Buffer.from([0, 200, ...reply.toBuffer().subarray(0, 20)])); // of 200 bytes announced
  }

  /** What to do about the question, or undefined when it is to be dropped. */
  #note(request: Packet): NameScript | undefined {
    const [question] = request.questions;
    const name = question?.name ?? '';
    const key = `${name} ${typeNames[question?.type ?? 0] ?? '?'}`;
    this.#questions.push(key);
    const count = (this.#askedCounts.get(key) ?? 0) + 1;
    this.#askedCounts.set(key, count);
    const script = this.#find(name) ?? { rcode: 3 };
    return count > (script.dropFirst ?? 0) ? script : undefined;
  }

  #find(name: string): NameScript | undefined {
    const { names } = this.#options;
    return typeof names === 'function' ? names(name.toLowerCase()) : names[name.toLowerCase()];
  }

  #later(script: NameScript, work: () => void): void {
    const delayMs = script.delayMs ?? this.#options.delayMs ?? 0;
    if (delayMs === 0) {
      work();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delayMs);
    this.#timers.add(timer);
  }

  #udpPackets(request: Packet, script: NameScript): (Packet | Buffer)[] {
    const right = this.#reply(request, script);
    right.answers = right.answers.slice(0, script.udpLimit);
    if (script.fault === undefined) return [right];
    const lure = this.#reply(request, { A: ['127.6.6.6'], AAAA: ['::6'] });
    return faults[script.fault](lure.toBuffer(), right.toBuffer());
  }

  #reply(request: Packet, script: NameScript): Packet {
    const { id, rd } = request.header;
    const reply = new dns2.Packet();
    reply.header = new dns2.Packet.Header({ id, rd, qr: 1, ra: 1, rcode: script.rcode ?? 0 });
    reply.questions = request.questions.slice(0, 1);
    const [question] = reply.questions;
    if (question !== undefined) reply.answers = this.#answers(question.name, question.type, script);
    return reply;
  }

  #answers(name: string, type: number, script: NameScript, aliasCount = 0): Resource[] {
    if (script.CNAME === undefined || aliasCount > 40) return recordsOf(name, type, script);
    const target = this.#find(script.CNAME) ?? {};
    const alias = record(name, dns2.Packet.TYPE.CNAME, { domain: script.CNAME });
    return [alias, ...this.#answers(script.CNAME, type, target, aliasCount + 1)];
  }
}

const typeNames: Record<number, string> = { 1: 'A', 28: 'AAAA', 33: 'SRV', 16: 'TXT', 12: 'PTR' };

function recordsOf(name: string, type: number, script: NameScript): Resource[] {
  const { A = [], AAAA = [], SRV = [], TXT } = script;
  const fields: Record<number, readonly Partial<Resource>[]> = {
    1: A.map((address) => ({ address })),
    28: AAAA.map((address) => ({ address })),
    33: SRV,
    16: TXT === undefined ? [] : [{ data: [...TXT] }],
  };
  return (fields[type] ?? []).map((one) => record(name, type, one));
}

function record(name: string, type: number, fields: Partial<Resource>): Resource {
  const { CLASS, Resource } = dns2.Packet;
  return new Resource({ name, type, class: CLASS.IN, ttl: 60, ...fields });
}
