import test from 'ava';
import { rank, vet } from '../../src/vetting/index.ts';
import type { Row } from '../../src/vetting/index.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { startFullListener } from '../helpers/start-full-listener.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { answerWitness } from './answer-witness.ts';
import { makeResolver, vetHosts, vetOptions } from './vet-hosts.ts';

const silent: Script = ({ socket }) => void socket.resume();
const compiles = answerWitness(['gcc']);
const refuses: Script = async ({ socket, request, response }) => {
  await request();
  socket.end(response({ status: 0x6e00 }));
};

test('vet() gives rows as they are known, the fast host first', async (t) => {
  const slow = await startFakeDistccd(t, silent);
  const fast = await startFakeDistccd(t, refuses);
  const list = `127.0.0.1:${slow.port} 127.0.0.1:${fast.port}`;
  const rows = await vetHosts(list, vetOptions(t, { compileTimeoutMs: 1500 }));
  t.deepEqual(
    rows.map((row) => row.verdict),
    ['no-compiler', 'stalled'],
  );
});

test('vet() ends what is still asked when its reader leaves', async (t) => {
  let leftCount = 0;
  const slow = await startFakeDistccd(t, ({ socket }) => {
    socket.resume().once('end', () => (leftCount += 1));
  });
  const fast = await startFakeDistccd(t, refuses);
  const word = `127.0.0.1:${slow.port} 127.0.0.1:${fast.port}`;
  for await (const rows of vet([{ source: 'list', word }], vetOptions(t))) {
    t.deepEqual(
      rows.map(({ verdict }) => verdict),
      ['no-compiler'],
    );
    await waitUntil('the slow host is asked', () => slow.callCount() === 1);
    break;
  }
  await waitUntil('the slow host is left', () => leftCount === 1);
  t.is(leftCount, 1);
});

test('vet() rejects with the reason of its caller’s signal', async (t) => {
  const slow = await startFakeDistccd(t, silent);
  const stop = new AbortController();
  const reason = new Error('Stopped by a test');
  const rows = vetHosts(`127.0.0.1:${slow.port}`, vetOptions(t, { signal: stop.signal }));
  await waitUntil('the host is asked', () => slow.callCount() === 1);
  stop.abort(reason);
  t.is(await t.throwsAsync(rows), reason);
});

test('vet() ends within its total limit and judges what it could not ask', async (t) => {
  const slow = await startFakeDistccd(t, silent);
  const dns = await startDnsServer(t, { names: { 'red.lab': { dropFirst: 1000 } } });
  const options = vetOptions(t, { totalTimeoutMs: 700, resolver: makeResolver(t, dns) });
  const rows = await vetHosts(`127.0.0.1:${slow.port} red.lab`, options);
  const found = rows.map(({ candidate, verdict }) => `${candidate.name} ${verdict}`).sort();
  t.deepEqual(found, ['127.0.0.1 too-slow', 'red.lab dns-timeout']);
  const reason = rows.find((row) => row.verdict === 'too-slow')?.reason;
  t.is(reason, "Not answered when the run's limit of 700 ms was over");
});

test('vet() takes two names of one machine for one host', async (t) => {
  const { port, callCount } = await startFakeDistccd(t, compiles);
  const names = { 'red.lab': { A: ['127.0.0.1'] }, 'blue.lab': { A: ['127.0.0.1'] } };
  const resolver = makeResolver(t, await startDnsServer(t, { names }));
  const rows = await vetHosts(`red.lab:${port} blue.lab:${port}`, vetOptions(t, { resolver }));
  t.deepEqual(
    rows.map((row) => [row.verdict, row.address]),
    [['up', '127.0.0.1']],
  );
  t.is(callCount(), 1);
});

test('vet() asks the second address of a name whose first takes no connection', async (t) => {
  const { port } = await startFakeDistccd(t, compiles);
  const names = { 'red.lab': { A: ['127.0.0.9', '127.0.0.1'] } };
  const resolver = makeResolver(t, await startDnsServer(t, { names }));
  const [row] = await vetHosts(`red.lab:${port}`, vetOptions(t, { resolver }));
  t.like(row, { verdict: 'up', address: '127.0.0.1', target: 'x86_64' });
});

test('vet() asks a host so often as it is told and ends at the first bad answer', async (t) => {
  const good = await startFakeDistccd(t, compiles);
  const bad = await startFakeDistccd(t, refuses);
  const list = `127.0.0.1:${good.port} 127.0.0.1:${bad.port}`;
  const rows = await vetHosts(list, vetOptions(t, { repeat: 3 }));
  t.deepEqual(rows.map((row) => row.verdict).sort(), ['no-compiler', 'up']);
  t.deepEqual([good.callCount(), bad.callCount()], [3, 1]);
});

test('vet() believes a status alone, or a connection alone, or a name alone, when told so', async (t) => {
  const empty: Script = async ({ socket, request, response }) => {
    await request();
    socket.end(response({}));
  };
  const host = `127.0.0.1:${(await startFakeDistccd(t, empty)).port}`;
  const mute = `127.0.0.1:${(await startFakeDistccd(t, silent)).port}`;
  const verdictOf = async (list: string, changes: Parameters<typeof vetOptions>[1]) =>
    (await vetHosts(list, vetOptions(t, changes)))[0]?.verdict;
  t.is(await verdictOf(host, {}), 'forged');
  t.is(await verdictOf(host, { verify: 'status' }), 'up');
  t.is(await verdictOf(mute, { compileTimeoutMs: 0 }), 'up');
  t.is(await verdictOf('127.0.0.1:9', { connectTimeoutMs: 0 }), 'up');
});

test('vet() counts each candidate whose turn begins', async (t) => {
  const { port } = await startFakeDistccd(t, refuses);
  let askedCount = 0;
  const onAsk = (): void => void (askedCount += 1);
  await vetHosts(`127.0.0.1:${port} 127.0.0.2:${port} 127.0.0.3:${port}`, vetOptions(t, { onAsk }));
  t.is(askedCount, 3);
});

test('vet() gives times that fit together', async (t) => {
  const { port } = await startFakeDistccd(t, compiles);
  const [row] = await vetHosts(`127.0.0.1:${port}`, vetOptions(t));
  const { connectMs = -1, compileMs = -1, totalMs = -1 } = row ?? {};
  t.true(connectMs >= 0 && compileMs > 0 && totalMs >= connectMs + compileMs);
});

const rowOf = (name: string, order: number, facts: Partial<Row>): Row => ({
  candidate: { name, port: 3632, source: 'list', sourceText: name, order },
  verdict: 'up',
  totalMs: 0,
  ...facts,
});

const rows = [
  rowOf('h10', 2, { connectMs: 1, compileMs: 5 }),
  rowOf('h9', 1, { verdict: 'refused', reason: 'no' }),
  rowOf('h2', 3, { connectMs: 1, compileMs: 9 }),
  rowOf('h1', 0, { connectMs: 7 }),
];

for (const [order, expected] of [
  ['speed', 'h10 h1 h2 h9'],
  ['name', 'h1 h2 h10 h9'],
  ['found', 'h10 h2 h1 h9'],
  ['source', 'h1 h10 h2 h9'],
] as const) {
  test(`rank() orders by ${order}, good hosts first`, (t) => {
    const names = rank(rows, order).map((row) => row.candidate.name);
    t.is(names.join(' '), expected);
  });
}

test('vet() blames no DNS server for addresses whose turn does not come', async (t) => {
  const port = await startFullListener(t);
  const hosts = Array.from(
    { length: 300 },
    (_, index) => `127.0.1${index % 3}.${1 + (index % 100)}:${port}`,
  );
  const rows = await vetHosts(hosts.join(' '), vetOptions(t, { totalTimeoutMs: 400 }));
  t.deepEqual([...new Set(rows.map(({ verdict }) => verdict))], ['too-slow']);
});
