import test from 'ava';
import { createResolver } from '../../src/dns/index.ts';
import { ArgumentError } from '../../src/errors/index.ts';
import { makeResolver, never } from './make-resolver.ts';
import { startDnsServer } from './start-dns-server.ts';

const signal = never;
const red = { A: ['127.0.0.7'] };
const found = { kind: 'addresses', addresses: ['127.0.0.7'] };

test('createResolver() refuses an empty list of servers', (t) => {
  const error = t.throws(
    () => createResolver({ servers: [], search: [], ndots: 1, hosts: new Map() }),
    { instanceOf: ArgumentError },
  );
  t.is(error.message, 'Cannot resolve names: no DNS server given');
});

test('resolve() asks one question for a name with an IPv4 address', async (t) => {
  const server = await startDnsServer(t, { names: { 'red.lab': { ...red, AAAA: ['::7'] } } });
  const resolver = makeResolver(t, [server]);
  t.deepEqual(await resolver.resolve('red.lab', { signal }), found);
  t.deepEqual(await resolver.resolve('RED.lab.', { signal }), found);
  t.deepEqual(server.questions, ['red.lab A', 'RED.lab A']);
});

test('resolve() finds a name that has IPv6 addresses only', async (t) => {
  const server = await startDnsServer(t, { names: { six: { AAAA: ['::7', '::8'] } } });
  const answer = await makeResolver(t, [server]).resolve('six', { signal });
  t.deepEqual(answer, { kind: 'addresses', addresses: ['::7', '::8'] });
  t.deepEqual(server.questions, ['six A', 'six AAAA']);
});

test('resolve() asks for A only where there is no AAAA record on a machine without IPv4', async (t) => {
  const names = { both: { A: ['127.0.0.7'], AAAA: ['::7'] }, four: { A: ['127.0.0.8'] } };
  const server = await startDnsServer(t, { names });
  const resolver = makeResolver(t, [server], { isIpv6Only: true });
  t.like(await resolver.resolve('both', { signal }), { addresses: ['::7'] });
  t.like(await resolver.resolve('four', { signal }), { addresses: ['127.0.0.8'] });
  t.deepEqual(server.questions, ['both AAAA', 'four AAAA', 'four A']);
});

test('resolve() knows missing names and names without addresses', async (t) => {
  const server = await startDnsServer(t, { names: { empty: {} } });
  const resolver = makeResolver(t, [server]);
  t.deepEqual(await resolver.resolve('gone', { signal }), { kind: 'no-such-name' });
  t.deepEqual(await resolver.resolve('empty', { signal }), { kind: 'no-such-name' });
  t.deepEqual(server.questions, ['gone A', 'empty A', 'empty AAAA']);
});

test('resolve() asks nobody for literals, hosts(5), localhost and what is no name', async (t) => {
  const server = await startDnsServer(t, { names: { red } });
  const resolver = makeResolver(t, [server], { hosts: new Map([['red', ['127.0.0.8']]]) });
  for (const name of [
    '127.0.0.1',
    '::1',
    'fe80::1%lo',
    'localhost',
    'red',
    '127.0.0.256',
    'a..b',
  ]) {
    await resolver.resolve(name, { signal });
  }
  t.deepEqual(server.questions, []);
  t.deepEqual(await resolver.resolve('red', { signal }), {
    kind: 'addresses',
    addresses: ['127.0.0.8'],
  });
});

test('resolve() follows aliases, to IPv6 too, and not round in circles', async (t) => {
  const names = {
    one: { CNAME: 'two' },
    two: { CNAME: 'red' },
    red,
    six: { CNAME: 'seven' },
    seven: { AAAA: ['::7'] },
    loop: { CNAME: 'pool' },
    pool: { CNAME: 'loop' },
    loose: { CNAME: 'elsewhere' },
  };
  const resolver = makeResolver(t, [await startDnsServer(t, { names })]);
  t.deepEqual(await resolver.resolve('one', { signal }), found);
  t.deepEqual(await resolver.resolve('six', { signal }), { kind: 'addresses', addresses: ['::7'] });
  t.deepEqual(await resolver.resolve('loop', { signal }), { kind: 'no-such-name' });
  t.deepEqual(await resolver.resolve('loose', { signal }), { kind: 'no-such-name' });
});

test('resolve() walks the search list', async (t) => {
  const server = await startDnsServer(t, { names: { 'red.two.lab': red, 'red.x': red } });
  const resolver = makeResolver(t, [server], { search: ['one.lab', 'two.lab'] });
  t.deepEqual(await resolver.resolve('red', { signal }), found);
  t.deepEqual(await resolver.resolve('red.x', { signal }), found);
  t.deepEqual(server.questions, ['red.one.lab A', 'red.two.lab A', 'red.x A']);
});

test('resolve() does not call a name missing when a server failed on the way through the search list', async (t) => {
  const server = await startDnsServer(t, { names: { 'red.lab': { rcode: 2 } } });
  const resolver = makeResolver(t, [server], { search: ['lab'] });
  const reason = `SERVFAIL from 127.0.0.1:${server.port}`;
  t.deepEqual(await resolver.resolve('red', { signal }), { kind: 'dns-failed', reason });
  t.deepEqual(server.questions, ['red.lab A', 'red A']);
});

for (const [rcode, word] of [
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [5, 'REFUSED'],
] as const) {
  test(`resolve() goes to the next server after ${word}, then says who failed`, async (t) => {
    const bad = await startDnsServer(t, { names: { red: { rcode }, blue: { rcode } } });
    const good = await startDnsServer(t, { names: { red, blue: { rcode: 2 } } });
    const resolver = makeResolver(t, [bad, good]);
    t.deepEqual(await resolver.resolve('red', { signal }), found);
    t.deepEqual(await resolver.resolve('blue', { signal }), {
      kind: 'dns-failed',
      reason: `${word} from 127.0.0.1:${bad.port}, SERVFAIL from 127.0.0.1:${good.port}`,
    });
  });
}

for (const fault of [
  'wrong-id',
  'wrong-question',
  'wrong-type',
  'no-question',
  'echo',
  'garbage',
] as const) {
  test(`resolve() does not believe an answer with the fault ${fault}`, async (t) => {
    const names = { red: { ...red, fault }, six: { AAAA: ['::7'], fault } };
    const resolver = makeResolver(t, [await startDnsServer(t, { names })]);
    t.deepEqual(await resolver.resolve('red', { signal }), found);
    t.deepEqual(await resolver.resolve('six', { signal }), {
      kind: 'addresses',
      addresses: ['::7'],
    });
  });
}

test('resolve() does not believe a stranger who knows everything but the address of the server', async (t) => {
  const dgram = await import('node:dgram');
  const stranger = dgram.createSocket('udp4');
  const server = dgram.createSocket('udp4');
  server.on('message', (question, client) => {
    const lure = Buffer.from(question);
    lure.writeUInt8(0x80, 2);
    lure.writeUInt8(0x03, 3); // NXDOMAIN
    stranger.send(lure, client.port, client.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  t.teardown(() => {
    stranger.close();
    server.close();
  });
  const address = { address: '127.0.0.1', port: server.address().port };
  const resolver = makeResolver(t, [address], { timeoutMs: 300 });
  t.deepEqual(await resolver.resolve('red', { signal }), { kind: 'dns-timeout' });
});

test('query() gives SRV and TXT records, and says what is missing', async (t) => {
  const SRV = [
    { priority: 1, weight: 2, port: 3632, target: 'red.lab' },
    { priority: 2, weight: 0, port: 3633, target: 'blue.lab' },
  ];
  const names = { '_distcc._tcp.lab': { SRV, TXT: ['cpus=4'] }, 'red.lab': red };
  const resolver = makeResolver(t, [await startDnsServer(t, { names })], { search: ['lab'] });
  const services = await resolver.query('_distcc._tcp.lab', 'SRV', { signal });
  t.deepEqual(services.kind === 'records' && services.records.map(({ data }) => data), SRV);
  const texts = await resolver.query('_distcc._tcp', 'TXT', { signal });
  t.deepEqual(texts.kind === 'records' && texts.records[0]?.data, ['cpus=4']);
  t.deepEqual(await resolver.query('red', 'SRV', { signal }), { kind: 'no-data' });
  t.deepEqual(await resolver.query('gone', 'SRV', { signal }), { kind: 'no-such-name' });
  t.deepEqual(await resolver.query('a..b', 'SRV', { signal }), { kind: 'no-such-name' });
});

test('resolve() never has more than maxInFlight questions on the way', async (t) => {
  let [onTheWay, most] = [0, 0];
  const delayMs = 5;
  const names = (): { A: string[]; delayMs: number } => {
    most = Math.max(most, ++onTheWay);
    setTimeout(() => (onTheWay -= 1), delayMs - 1); // before the answer leaves
    return { A: ['127.0.0.7'], delayMs };
  };
  const server = await startDnsServer(t, { names });
  const resolver = makeResolver(t, [server], { maxInFlight: 7, firstResendMs: 900, floorMs: 900 });
  const words = Array.from({ length: 100 }, (_, index) => `h${index}`);
  const answers = await Promise.all(words.map((name) => resolver.resolve(name, { signal })));
  t.true(answers.every(({ kind }) => kind === 'addresses'));
  t.is(most, 7);
});
