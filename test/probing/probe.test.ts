import { setMaxListeners } from 'node:events';
import test from 'ava';
import { probe } from '../../src/probing/index.ts';
import type { ProbeOptions } from '../../src/probing/index.ts';
import { defaultToolchain } from '../../src/probing/index.ts';
import type { CompileRequest } from '../../src/protocol/index.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { answerWitness } from '../vetting/answer-witness.ts';

const options: ProbeOptions = {
  language: 'c',
  wanted: defaultToolchain('gcc', process.arch, process.platform),
  verify: 'object',
  protocol: 1,
  connectTimeoutMs: 20_000,
  compileTimeoutMs: 20_000,
  signal: AbortSignal.timeout(600_000),
};
setMaxListeners(0, options.signal);

test('probe() finds a server up that compiles, and tells both times', async (t) => {
  const server = await startFakeDistccd(t, answerWitness(['gcc']));
  const result = await probe(server, options);
  t.is(result.verdict, 'up', result.reason);
  t.true((result.connectMs ?? -1) >= 0 && (result.compileMs ?? -1) > 0);
});

test('probe() never asks the same question twice', async (t) => {
  const sources = new Set<string>();
  const server = await startFakeDistccd(t, async ({ socket, request }) => {
    const asked = await request();
    if ('source' in asked) sources.add(Buffer.from(asked.source).toString());
    socket.end();
  });
  for (let round = 0; round < 5; round += 1) await probe(server, options);
  t.is(sources.size, 5);
});

for (const protocol of [1, 2, 3] as const) {
  test(`probe() asks in the words of protocol ${protocol}`, async (t) => {
    const requests: CompileRequest[] = [];
    const server = await startFakeDistccd(t, async ({ socket, request }) => {
      requests.push(await request());
      socket.end();
    });
    t.is((await probe(server, { ...options, protocol })).verdict, 'not-allowed');
    t.like(requests[0], {
      version: protocol,
      args: ['gcc', '-c', 'witness.c', '-o', 'witness.o'],
      ...(protocol === 3 ? { cwd: '/' } : {}),
    });
  });
}

test('probe() asks for the connection alone when the compile may take no time', async (t) => {
  const server = await startFakeDistccd(t, ({ socket }) => void socket.resume());
  const result = await probe(server, { ...options, compileTimeoutMs: 0 });
  t.is(result.verdict, 'up');
  t.is(result.compileMs, undefined);
});

test('probe() finds a port without a listener refused', async (t) => {
  const target = { address: '127.0.0.1', port: await findFreePort() };
  t.deepEqual(await probe(target, options), {
    verdict: 'refused',
    reason: `Cannot connect to 127.0.0.1:${target.port}: ECONNREFUSED`,
  });
});

test('probe() holds a link-local address without its interface against nobody', async (t) => {
  const result = await probe({ address: 'fe80::1', port: 3632 }, options);
  t.like(result, { verdict: 'unreachable', isLocalFault: true });
});

test('probe() finds a server denied that resets the connection at once, every time', async (t) => {
  const server = await startFakeDistccd(t, ({ socket }) => void socket.resetAndDestroy());
  const results = await Promise.all(Array.from({ length: 20 }, () => probe(server, options)));
  t.deepEqual(new Set(results.map(({ verdict }) => verdict)), new Set(['denied']));
});

test('probe() rejects with its caller’s reason and leaves the server', async (t) => {
  let leftCount = 0;
  const server = await startFakeDistccd(t, ({ socket }) => {
    socket.resume().once('end', () => (leftCount += 1));
  });
  const stop = new AbortController();
  const asked = probe(server, { ...options, signal: stop.signal });
  await waitUntil('the server is asked', () => server.callCount() === 1);
  const reason = new Error('Stopped by a test');
  stop.abort(reason);
  t.is(await t.throwsAsync(asked), reason);
  await waitUntil('the server is left', () => leftCount === 1);
});
