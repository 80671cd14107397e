import test from 'ava';

/** As far as it is needed: what it dislikes of a target it throws at once. */
const fakeBun = {
  connect: ({ port }: { readonly port: number }): Promise<undefined> => {
    if (port > 65_535) throw new RangeError('SocketOptions.port must be in the range [0, 65535]');
    return Promise.resolve(undefined);
  },
};
Object.assign(globalThis, { Bun: fakeBun }); // before it is looked for
const { connect } = await import('../../src/net/index.ts');
const { BunSocket } = await import('../../src/net/bun-socket.ts');

test('connect() to a port that is none takes no other connection of that moment along', async (t) => {
  const { signal } = new AbortController();
  const options = { timeoutMs: 30_000, signal };
  const ports = [70_000, 1, 70_001, 2];
  const all = await Promise.allSettled(ports.map((port) => connect('127.0.0.1', port, options)));
  t.deepEqual(
    all.map(({ status }) => status),
    ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
  t.is(BunSocket.abandonedCount, 0);
});

test('connect() that is given up before it began leaves nothing behind', async (t) => {
  const controller = new AbortController();
  const options = { timeoutMs: 30_000, signal: controller.signal };
  const made = connect('127.0.0.1', 1, options);
  controller.abort(new Error('enough'));
  t.is(BunSocket.abandonedCount, 1);
  await t.throwsAsync(made, { message: 'enough' });
  await new Promise(setImmediate);
  t.is(BunSocket.abandonedCount, 0);
});
