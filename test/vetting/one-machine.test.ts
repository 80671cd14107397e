import test from 'ava';
import type { ExecutionContext } from 'ava';
import { vet } from '../../src/vetting/index.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import type { NameScript } from '../dns/start-dns-server.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { parseAccessList } from '../../src/net/index.ts';
import { startServer } from '../server/start-server.ts';
import { answerWitness } from './answer-witness.ts';
import { makeResolver, vetHosts, vetOptions } from './vet-hosts.ts';

const compiles = answerWitness(['gcc']);

/** Options whose names are these. */
async function named(t: ExecutionContext, names: Readonly<Record<string, NameScript>>) {
  const dns = await startDnsServer(t, { names });
  return { dns, options: vetOptions(t, { resolver: makeResolver(t, dns) }) };
}

/** A daemon on every address of this machine, IPv4 and IPv6. */
const startEverywhere = (t: ExecutionContext) =>
  startServer(t, { listen: '::', access: parseAccessList(['127.0.0.0/8', '::1']) });

test('vet() asks a host of both families by IPv4, and one of IPv6 alone by that', async (t) => {
  const { port } = await startEverywhere(t);
  const { dns, options } = await named(t, {
    'both.lab': { A: ['127.0.0.1'], AAAA: ['::1'] },
    'six.lab': { AAAA: ['::1'] },
  });
  const rows = await vetHosts(`both.lab:${port} six.lab:${port}`, options);
  const found = rows.map(({ candidate, verdict, address }) => [candidate.name, verdict, address]);
  t.deepEqual(found.sort(), [
    ['both.lab', 'up', '127.0.0.1'],
    ['six.lab', 'up', '::1'],
  ]);
  t.false(dns.questions.includes('both.lab AAAA'), 'one question finds a host');
});

test('vet() takes an IPv6 address for a host', async (t) => {
  const { port } = await startEverywhere(t);
  const [row] = await vetHosts(`[::1]:${port}`, vetOptions(t));
  t.like(row, { verdict: 'up', address: '::1' });
});

test('vet() tells once of a machine that a name leads to by its second address alone', async (t) => {
  const server = await startFakeDistccd(t, compiles); // on 127.0.0.1, and nowhere else
  const { options } = await named(t, {
    'farm.lab': { A: ['127.0.0.2', '127.0.0.1'] },
    'red.lab': { A: ['127.0.0.1'], delayMs: 500 },
    'fast.lab': { A: ['127.0.0.1'] },
    'late.lab': { A: ['127.0.0.2', '127.0.0.1'], delayMs: 500 },
  });
  for (const [names, good] of [
    ['farm.lab red.lab', 'farm.lab'],
    ['late.lab fast.lab', 'fast.lab'],
  ] as const) {
    const words = names.split(' ').map((name) => `${name}:${server.port}`);
    const rows = await vetHosts(words.join(' '), options);
    const up = rows.filter(({ verdict }) => verdict === 'up');
    t.deepEqual(
      up.map(({ candidate }) => candidate.name),
      [good],
    );
  }
});

test('vet() takes a name with many addresses for one host, and for many when told so', async (t) => {
  const { port } = await startEverywhere(t);
  const addresses = ['127.0.0.3', '127.0.0.1', '127.0.0.2'];
  const { options } = await named(t, { 'farm.lab': { A: addresses } });
  const one = await vetHosts(`farm.lab:${port}`, options);
  t.deepEqual(
    one.map(({ candidate, verdict }) => [candidate.name, verdict]),
    [['farm.lab', 'up']],
  );
  const many = await vetHosts(`farm.lab:${port}`, { ...options, allAddresses: true });
  t.deepEqual(many.map(({ candidate, verdict }) => [candidate.name, verdict]).sort(), [
    ['127.0.0.1', 'up'],
    ['127.0.0.2', 'up'],
    ['127.0.0.3', 'up'],
  ]);
});

test('vet() takes every name and every form of one address for one machine, and asks it once', async (t) => {
  const { port, callCount } = await startFakeDistccd(t, compiles);
  const { options } = await named(t, {
    'red.lab': { A: ['127.0.0.1'] },
    'blue.lab': { A: ['127.0.0.1'] },
    'alias.lab': { CNAME: 'red.lab' },
    'mapped.lab': { AAAA: ['::ffff:7f00:1'] },
  });
  const names = ['red.lab', 'RED.lab', 'red.lab.', 'blue.lab', 'alias.lab', 'mapped.lab'];
  const addresses = [
    '127.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:FFFF:7F00:1]',
  ];
  const words = [...names, ...addresses];
  for (const order of [words, words.toReversed()]) {
    const before = callCount();
    const rows = await vetHosts(order.map((word) => `${word}:${port}`).join(' '), options);
    t.deepEqual(
      rows.map(({ verdict, address }) => [verdict, address]),
      [['up', '127.0.0.1']],
    );
    t.is(callCount() - before, 1);
  }
});

test('vet() takes two ports of one address for two hosts', async (t) => {
  const ports = await Promise.all([startFakeDistccd(t, compiles), startFakeDistccd(t, compiles)]);
  const rows = await vetHosts(
    ports.map(({ port }) => `127.0.0.1:${port}`).join(' '),
    vetOptions(t),
  );
  t.deepEqual(
    rows.map(({ verdict }) => verdict),
    ['up', 'up'],
  );
});

test('vet() knows a machine of many addresses in whatever order the DNS gives them', async (t) => {
  const { port } = await startEverywhere(t);
  const { options } = await named(t, {
    'red.lab': { A: ['127.0.0.1', '127.0.0.2', '127.0.0.3'] },
    'alias.lab': { A: ['127.0.0.2', '127.0.0.3', '127.0.0.1'] },
  });
  t.is((await vetHosts(`red.lab:${port} alias.lab:${port}`, options)).length, 1);
});

test('vet() merges sources, tells of each host which one it came from, and warns of one that fails', async (t) => {
  const { port } = await startEverywhere(t);
  const srv = (target: string) => ({ priority: 0, weight: 0, port, target });
  const { options } = await named(t, {
    'node1.lab': { A: ['127.0.1.1'] },
    'node2.lab': { A: ['127.0.1.2'] },
    '_distcc._tcp.lab': { SRV: [srv('red.lab'), srv('node1.lab')] },
    'red.lab': { A: ['127.0.2.1'] },
  });
  const sources = [
    { source: 'pattern', word: 'node%d.lab' },
    { source: 'srv', word: '_distcc._tcp.lab' },
    { source: 'srv', word: '_distcc._tcp.no.such' },
    { source: 'list', word: `127.0.3.1:${port} node2.lab` },
  ] as const;
  const warnings: string[] = [];
  const onWarning = ({ message }: { readonly message: string }): void =>
    void warnings.push(message);
  const found = new Map<string, string>();
  for await (const rows of vet(sources, { ...options, port, onWarning })) {
    for (const { candidate, verdict } of rows) {
      t.is(verdict, 'up');
      t.false(found.has(candidate.name), 'once each');
      found.set(candidate.name, `${candidate.source} ${candidate.sourceText}`);
    }
  }
  t.deepEqual([...found.keys()].sort(), ['127.0.3.1', 'node1.lab', 'node2.lab', 'red.lab']);
  t.is(found.get('red.lab'), 'srv _distcc._tcp.lab');
  t.is(found.get('127.0.3.1'), `list 127.0.3.1:${port}`);
  t.regex(found.get('node1.lab') ?? '', /^pattern node%d\.lab$|^srv _distcc\._tcp\.lab$/);
  t.deepEqual(warnings, [
    'Cannot find SRV records of "_distcc._tcp.no.such": there is no such name',
  ]);
});

test('vet() takes one name with two addresses, as two words may find it, for one machine', async (t) => {
  const { port } = await startEverywhere(t);
  const candidateOf = (name: string, address: string) =>
    ({
      name,
      port,
      source: 'mdns',
      sourceText: '_distcc._tcp.local',
      order: 0,
      resolution: { kind: 'addresses', addresses: [address] },
    }) as const;
  const known = [candidateOf('red.local', '127.0.0.2'), candidateOf('Red.local.', '127.0.0.1')];
  const rows = await vetHosts('', vetOptions(t, { known }));
  t.deepEqual(
    rows.map(({ verdict, address }) => [verdict, address]),
    [['up', '127.0.0.2']],
  );
});

test('vet() holds hosts against the network of the first in order, however late its name is known', async (t) => {
  const { port } = await startEverywhere(t);
  const { options } = await named(t, {
    'late.lab': { A: ['127.1.0.1'], delayMs: 300 },
    'gone.lab': { rcode: 3 },
  });
  const list = ['gone.lab', 'late.lab', '127.9.0.1', '127.1.0.7'].map((host) => `${host}:${port}`);
  const rows = await vetHosts(list.join(' '), { ...options, networkBits: 24 });
  t.deepEqual(rows.map(({ candidate, verdict }) => `${candidate.name} ${verdict}`).sort(), [
    '127.1.0.7 up',
    '127.9.0.1 off-network',
    'gone.lab no-such-name',
    'late.lab up',
  ]);
});
