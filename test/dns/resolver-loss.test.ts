import test from 'ava';
import type { Resolver } from '../../src/dns/index.ts';
import { makeResolver, never } from './make-resolver.ts';
import { startSilentServer } from './silent-server.ts';
import { startDnsServer } from './start-dns-server.ts';

const signal = never;
const red = { A: ['127.0.0.7'] };
const found = { kind: 'addresses', addresses: ['127.0.0.7'] };

function resolveAll(resolver: Resolver, count: number) {
  const names = Array.from({ length: count }, (_, index) => `mydistcc${index + 1}`);
  return Promise.all(names.map((name) => resolver.resolve(name, { signal })));
}

for (const loss of [0.05, 0.2]) {
  test(`resolve() finds 400 names with 2 ms of delay and ${loss} of the packets lost`, async (t) => {
    const names = (name: string) => ({ A: [`127.1.0.${Number(name.slice(8)) % 250}`] });
    const server = await startDnsServer(t, { names, loss, delayMs: 2, seed: 7 });
    const answers = await resolveAll(makeResolver(t, [server]), 400);
    for (const [index, answer] of answers.entries()) {
      t.deepEqual(answer, { kind: 'addresses', addresses: [`127.1.0.${(index + 1) % 250}`] });
    }
  });
}

test('resolve() sends again until somebody answers', async (t) => {
  const server = await startDnsServer(t, { names: { red: { ...red, dropFirst: 4 } } });
  const resolver = makeResolver(t, [server], { firstResendMs: 20 });
  t.deepEqual(await resolver.resolve('red', { signal }), found);
  t.is(server.questions.length, 5);
});

test('resolve() takes a late answer to an earlier sending', async (t) => {
  const server = await startDnsServer(t, { names: { red: { ...red, delayMs: 300 } } });
  const resolver = makeResolver(t, [server], { firstResendMs: 50 });
  t.deepEqual(await resolver.resolve('red', { signal }), found);
  t.true(server.questions.length > 1);
});

test('resolve() gives up on a dead server as dns-timeout, after several packets with different ids', async (t) => {
  const server = await startSilentServer(t);
  const resolver = makeResolver(t, [server], { timeoutMs: 700 });
  t.deepEqual(await resolver.resolve('red', { signal }), { kind: 'dns-timeout' });
  const ids = new Set(server.packets.map((packet) => packet.readUInt16BE(0)));
  t.true(ids.size >= 2);
  t.true(ids.size <= 12);
});

test('resolve() gives the same budget to all the questions of one name', async (t) => {
  const server = await startDnsServer(t, { names: { 'red.a': {}, 'red.b': { dropFirst: 99 } } });
  const resolver = makeResolver(t, [server], { search: ['a', 'b'], timeoutMs: 300 });
  t.deepEqual(await resolver.resolve('red', { signal }), { kind: 'dns-timeout' });
  t.false(server.questions.includes('red A'));
});

test('resolve() turns to the second server, and soon starts with it', async (t) => {
  const dead = await startSilentServer(t);
  const alive = await startDnsServer(t, { names: () => red });
  const resolver = makeResolver(t, [dead, alive], { firstResendMs: 300, floorMs: 300 });
  const answers = await resolveAll(resolver, 10);
  t.true(answers.every(({ kind }) => kind === 'addresses'));
  const deadCount = dead.packets.length;
  await resolveAll(resolver, 100);
  t.true(dead.packets.length < deadCount + 50); // none, unless this machine is slow
});

test('resolve() reports what one server said when the others are silent', async (t) => {
  const failing = await startDnsServer(t, { names: { red: { rcode: 2 } } });
  const dead = await startSilentServer(t);
  const resolver = makeResolver(t, [failing, dead], { timeoutMs: 2000 });
  const reason = `SERVFAIL from 127.0.0.1:${failing.port}`;
  t.deepEqual(await resolver.resolve('red', { signal }), { kind: 'dns-failed', reason });
});

test('resolve() outlives a port that nobody listens on', async (t) => {
  const resolver = makeResolver(t, [{ address: '127.0.0.1', port: 1 }], { timeoutMs: 200 });
  t.deepEqual(await resolver.resolve('red', { signal }), { kind: 'dns-timeout' });
});

test('resolve() says why a question cannot be sent, and asks the next server', async (t) => {
  const unreachable = { address: '255.255.255.255', port: 53 }; // broadcasting is not allowed to us
  const alone = await makeResolver(t, [unreachable]).resolve('red', { signal });
  t.is(alone.kind, 'dns-failed');
  const good = await startDnsServer(t, { names: { red } });
  t.deepEqual(await makeResolver(t, [unreachable, good]).resolve('red', { signal }), found);
});

test.serial('resolve() is not fooled by a stall of its own process', async (t) => {
  const server = await startDnsServer(t, { names: { red } });
  const resolver = makeResolver(t, [server], { timeoutMs: 100, firstResendMs: 1000 });
  const answer = resolver.resolve('red', { signal });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const until = performance.now() + 300;
  while (performance.now() < until);
  t.deepEqual(await answer, found);
});
