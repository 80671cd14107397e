import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { IoError } from '../../src/errors/index.ts';
import { makeResolver, never } from './make-resolver.ts';
import { startSilentServer } from './silent-server.ts';

const run = promisify(execFile);

test('resolve() with an aborted signal asks nobody, not even for a literal', async (t) => {
  const server = await startSilentServer(t);
  const resolver = makeResolver(t, [server]);
  const signal = AbortSignal.abort(new Error('enough'));
  for (const name of ['red', '127.0.0.1']) {
    await t.throwsAsync(resolver.resolve(name, { signal }), { message: 'enough' });
  }
  t.is(server.packets.length, 0);
});

test('resolve() ends with the reason of its own signal, those in the queue too, and the others go on', async (t) => {
  const server = await startSilentServer(t);
  const resolver = makeResolver(t, [server], { maxInFlight: 5, timeoutMs: 400 });
  const controller = new AbortController();
  const names = Array.from({ length: 50 }, (_, index) => `h${index}`);
  const mine = names.map((name) => resolver.resolve(name, { signal: controller.signal }));
  const other = resolver.resolve('other', { signal: never });
  const reason = new Error('enough');
  controller.abort(reason);
  for (const one of mine) t.is(await t.throwsAsync(one), reason);
  t.deepEqual(await other, { kind: 'dns-timeout' });
});

test('close() ends every wait, may be called twice, and nothing can be asked after it', async (t) => {
  const resolver = makeResolver(t, [await startSilentServer(t)], { maxInFlight: 1 });
  const waits = ['red', 'blue'].map((name) => resolver.resolve(name, { signal: never }));
  resolver.close();
  resolver.close();
  for (const wait of [...waits, resolver.resolve('red', { signal: never })]) {
    await t.throwsAsync(wait, { instanceOf: IoError, message: 'The resolver has been closed' });
  }
});

for (const [mode, reason] of [
  ['abort', 'Error: enough'],
  ['close', 'IoError: The resolver has been closed'],
] as const) {
  test(`a process ends by itself after ${mode} in the middle of 300 names`, async (t) => {
    const server = await startSilentServer(t);
    const script = fileURLToPath(new URL('exits-by-itself.js', import.meta.url));
    const child = await run(process.execPath, [script, String(server.port), mode], {
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    t.is(child.stdout, reason);
    t.is(child.stderr, '');
    t.true(server.packets.length >= 100);
  });
}
