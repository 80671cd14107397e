import dgram from 'node:dgram';
import { once } from 'node:events';
import type { Answer } from 'dns-packet';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import mdns from 'multicast-dns';
import { listLinks } from '../../src/discovery/mdns-links.ts';
import { discoverMdns } from '../../src/discovery/mdns.ts';
import { collect, makeOptions } from './collect.ts';
import { makeFakeResolver, missing } from './fake-resolver.ts';

const SERVICE = '_distcc._tcp.local';
const red = `distcc@red.${SERVICE}`;

const records = {
  ptr: { name: SERVICE, type: 'PTR', data: red },
  srv: { name: red, type: 'SRV', data: { port: 4200, target: 'Red.local' } },
  txt: { name: red, type: 'TXT', data: ['jobs=6', 'cc_machine=x86_64-linux-gnu', 'cc_version=12'] },
  a: { name: 'red.local', type: 'A', data: '10.0.0.7' },
  aaaa: { name: 'red.local', type: 'AAAA', data: 'fe80::7' },
} as const satisfies Record<string, Answer>;

/** What a responder says to a question of this name; it is silent where there is nothing to say. */
type Script = (name: string, askedBefore: number) => readonly Answer[];

/** A responder on loopback; `asked` are the names it was asked for. */
async function startResponder(t: ExecutionContext, script: Script) {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const responder = mdns({ socket, bind: false, multicast: false });
  const asked: string[] = [];
  responder.on('query', ({ questions }, peer) => {
    for (const { name } of questions ?? []) {
      const answers = script(name, asked.filter((each) => each === name).length);
      asked.push(name);
      if (answers.length > 0) responder.respond([...answers], peer);
    }
  });
  t.teardown(() => {
    responder.destroy();
  });
  const { port } = socket.address();
  const link = { type: 'udp4', zone: '%lo', destination: { address: '127.0.0.1', port } } as const;
  return { asked, link };
}

async function discover(t: ExecutionContext, script: Script, waitMs = 300, word = SERVICE) {
  const { asked, link } = await startResponder(t, script);
  const resolver = makeFakeResolver(() => missing);
  const options = makeOptions({ resolver, mdns: { links: [link], waitMs } });
  return { asked, ...(await collect(discoverMdns(word, options))) };
}

const whole: Script = (name) => (name === SERVICE ? Object.values(records) : []);

test('discoverMdns() reads a service from one packet', async (t) => {
  const { all } = await discover(t, whole);
  t.is(all.length, 1);
  const [{ dnsMs, ...candidate } = { dnsMs: undefined }] = all;
  t.true(dnsMs !== undefined);
  t.deepEqual(candidate, {
    name: 'red.local',
    port: 4200,
    source: 'mdns',
    sourceText: SERVICE,
    order: 0,
    spec: { limit: 6 },
    toolchain: { machine: 'x86_64-linux-gnu', version: '12' },
    resolution: { kind: 'addresses', addresses: ['10.0.0.7', 'fe80::7%lo'] },
  });
});

test('discoverMdns() asks for what a lazy responder leaves out', async (t) => {
  const { all, asked } = await discover(t, (name) => {
    if (name === SERVICE) return [records.ptr];
    if (name === red.toLowerCase()) return [records.srv, records.txt];
    return name === 'red.local' ? [records.a] : [];
  });
  t.is(all[0]?.name, 'red.local');
  t.true(asked.includes('red.local'));
});

test('discoverMdns() repeats its question once: the first one may get lost', async (t) => {
  const { all, asked } = await discover(t, (name, before) => (before > 0 ? whole(name, 0) : []));
  t.is(all.length, 1);
  t.is(asked.filter((name) => name === SERVICE).length, 2);
});

test('discoverMdns() gives one candidate for a service that answers twice', async (t) => {
  const { all } = await discover(t, (name) => [...whole(name, 0), ...whole(name, 0)]);
  t.is(all.length, 1);
});

test('discoverMdns() passes over services of another kind and records without a service', async (t) => {
  const other = { name: '_ipp._tcp.local', type: 'PTR', data: 'x._ipp._tcp.local' } as const;
  const { all } = await discover(t, () => [other, records.srv, records.a], 100);
  t.deepEqual(all, []);
});

test('discoverMdns() gives nothing and no error when nobody answers', async (t) => {
  const { all, error } = await discover(t, () => [], 60);
  t.deepEqual(all, []);
  t.is(error, undefined);
});

test('discoverMdns() survives packets that are no DNS', async (t) => {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (_, { port }) => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(12, 0xff)]) {
      socket.send(bytes, port, '127.0.0.1');
    }
  });
  t.teardown(() => {
    socket.close();
  });
  const { port } = socket.address();
  const link = { type: 'udp4', zone: '', destination: { address: '127.0.0.1', port } } as const;
  const resolver = makeFakeResolver(() => missing);
  const options = makeOptions({ resolver, mdns: { links: [link], waitMs: 60 } });
  t.deepEqual(await collect(discoverMdns(SERVICE, options)), {
    all: [],
    names: [],
    error: undefined,
  });
});

test('discoverMdns() never fails for an interface that cannot be asked', async (t) => {
  const destination = { address: '224.0.0.251', port: 5353 };
  const gone = { type: 'udp4', interface: '192.0.2.77', zone: '%gone', destination } as const;
  const resolver = makeFakeResolver(() => missing);
  const options = makeOptions({ resolver, mdns: { links: [gone], waitMs: 60 } });
  t.deepEqual((await collect(discoverMdns(SERVICE, options))).error, undefined);
});

test('discoverMdns() ends with the signal', async (t) => {
  const stop = new AbortController();
  const { link } = await startResponder(t, () => []);
  const resolver = makeFakeResolver(() => missing);
  const mdnsOptions = { links: [link], waitMs: 60_000 };
  const options = makeOptions({ resolver, mdns: mdnsOptions, signal: stop.signal });
  setTimeout(() => {
    stop.abort(new Error('enough'));
  }, 20);
  t.true((await collect(discoverMdns(SERVICE, options))).error instanceof Error);
});

test('listLinks() has every interface once for each family', (t) => {
  const base = { netmask: '', mac: '', internal: false, cidr: null };
  const links = listLinks({
    eth0: [
      { ...base, family: 'IPv4', address: '10.0.0.1' },
      { ...base, family: 'IPv4', address: '10.0.0.2' },
      { ...base, family: 'IPv6', address: 'fe80::1', scopeid: 2 },
    ],
    eth1: undefined,
  });
  t.deepEqual(links, [
    {
      type: 'udp4',
      interface: '10.0.0.1',
      zone: '%eth0',
      destination: { address: '224.0.0.251', port: 5353 },
    },
    {
      type: 'udp6',
      interface: '::%eth0',
      zone: '%eth0',
      destination: { address: 'ff02::fb%eth0', port: 5353 },
    },
  ]);
});
