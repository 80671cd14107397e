import test from 'ava';
import { makeResolver, never } from './make-resolver.ts';
import { startDnsServer } from './start-dns-server.ts';

const signal = never;
const many = Array.from({ length: 200 }, (_, index) => `127.0.1.${index + 1}`);
const one = ['127.0.0.7'];

test('resolve() asks again over TCP when the answer is too long for UDP', async (t) => {
  const server = await startDnsServer(t, { names: { many: { A: many } } });
  const resolver = makeResolver(t, [server], { firstResendMs: 1000, floorMs: 1000 });
  const answer = await resolver.resolve('many', { signal });
  t.deepEqual(answer, { kind: 'addresses', addresses: many });
  t.deepEqual(server.questions, ['many A', 'many A']);
});

for (const fault of ['truncated', 'cut-truncated'] as const) {
  test(`resolve() takes the answer over TCP after one that is ${fault}`, async (t) => {
    const server = await startDnsServer(t, { names: { red: { A: one, fault } } });
    const answer = await makeResolver(t, [server]).resolve('red', { signal });
    t.deepEqual(answer, { kind: 'addresses', addresses: one });
  });
}

for (const tcpFault of ['refuse', 'silent', 'cut', 'wrong-id', 'truncated', 'servfail'] as const) {
  test(`resolve() ends in time when TCP is ${tcpFault}, and another server is asked`, async (t) => {
    const script = { A: one, fault: 'truncated', tcpFault } as const;
    const bad = await startDnsServer(t, { names: { red: script } });
    const timeoutMs = tcpFault === 'silent' ? 3000 : 30_000;
    const alone = await makeResolver(t, [bad], { timeoutMs }).resolve('red', { signal });
    t.is(alone.kind, 'dns-failed');
    const reason = alone.kind === 'dns-failed' ? alone.reason : '';
    const broken = `truncated answer from 127.0.0.1:${bad.port}, then over TCP: `;
    const failed = `SERVFAIL from 127.0.0.1:${bad.port}`;
    t.true(tcpFault === 'servfail' ? reason === failed : reason.startsWith(broken), reason);
    const good = await startDnsServer(t, { names: { red: { A: one } } });
    const answer = await makeResolver(t, [bad, good]).resolve('red', { signal });
    t.deepEqual(answer, { kind: 'addresses', addresses: one });
  });
}

test('resolve() ends when it is aborted in the middle of a TCP answer', async (t) => {
  const script = { A: one, fault: 'truncated', tcpFault: 'silent' } as const;
  const server = await startDnsServer(t, { names: { red: script } });
  const controller = new AbortController();
  const answer = makeResolver(t, [server]).resolve('red', { signal: controller.signal });
  setTimeout(() => {
    controller.abort(new Error('enough'));
  }, 50);
  await t.throwsAsync(answer, { message: 'enough' });
});

test('query() and resolve() with wantsAll take what a server leaves out over UDP without a word', async (t) => {
  const targets = Array.from({ length: 40 }, (_, index) => `node${index}.lab`);
  const SRV = targets.map((target) => ({ priority: 1, weight: 1, port: 3632, target }));
  const server = await startDnsServer(t, { names: { farm: { SRV, A: many, udpLimit: 3 } } });
  const resolver = makeResolver(t, [server]);
  for (const [wantsAll, count] of [
    [true, 40],
    [false, 3],
  ] as const) {
    const answer = await resolver.query('farm', 'SRV', { signal, wantsAll });
    t.is(answer.kind === 'records' ? answer.records.length : 0, count);
  }
  const all = await resolver.resolve('farm', { signal, wantsAll: true });
  t.deepEqual(all, { kind: 'addresses', addresses: many });
});

for (const tcpFault of ['refuse', 'silent', 'cut', 'wrong-id', 'truncated', 'servfail'] as const) {
  test(`query() with wantsAll takes what came over UDP when TCP is ${tcpFault}`, async (t) => {
    const SRV = [{ priority: 1, weight: 1, port: 3632, target: 'red.lab' }];
    const server = await startDnsServer(t, { names: { farm: { SRV, tcpFault } } });
    const answer = await makeResolver(t, [server]).query('farm', 'SRV', { signal, wantsAll: true });
    t.is(answer.kind === 'records' ? answer.records.length : 0, 1);
    t.deepEqual(server.questions.slice(0, 1), ['farm SRV']);
  });
}

test('query() with wantsAll asks nothing over TCP where UDP brought no record', async (t) => {
  const server = await startDnsServer(t, { names: { empty: {} } });
  const resolver = makeResolver(t, [server]);
  for (const [name, kind] of [
    ['gone', 'no-such-name'],
    ['empty', 'no-data'],
  ] as const) {
    t.is((await resolver.query(name, 'SRV', { signal, wantsAll: true })).kind, kind);
  }
  t.deepEqual(server.questions, ['gone SRV', 'empty SRV']);
});
