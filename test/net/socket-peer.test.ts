import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';

const face = new URL('../../src/net/socket-peer.js', import.meta.url).href;
const program = `import { readSocketPeer } from '${face}';
  console.log(JSON.stringify(readSocketPeer(0) ?? null));`;

/** What a process says of its standard input. */
async function askChild(input: net.Socket | number): Promise<unknown> {
  const words = ['--input-type=module', '-e', program];
  const child = spawn(process.execPath, words, { stdio: [input, 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout as Readable));
}

/** Both ends of a connection. */
async function connectPair(
  t: ExecutionContext,
  listen: net.ListenOptions,
): Promise<{ readonly near: net.Socket; readonly far: net.Socket }> {
  const server = net.createServer({ pauseOnConnect: true }).listen(listen);
  await once(server, 'listening');
  const address = server.address();
  const near =
    typeof address === 'string'
      ? net.connect(address)
      : net.connect({
          port: address?.port ?? 0,
          host: listen.host === '::' ? '127.0.0.1' : listen.host,
        });
  const [far] = (await once(server, 'connection')) as [net.Socket];
  t.teardown(() => {
    server.close();
    near.destroy();
    far.destroy();
  });
  return { near, far };
}

for (const [host, wanted] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['::', '::ffff:127.0.0.1'],
] as const) {
  test(`readSocketPeer() tells who is connected to ${host}`, async (t) => {
    const { near, far } = await connectPair(t, { host, port: 0 });
    t.deepEqual(await askChild(far), { remoteAddress: wanted, remotePort: near.localPort });
  });
}

test('readSocketPeer() knows nobody behind a Unix socket or a file', async (t) => {
  const folder = await makeFolder(t);
  const { far } = await connectPair(t, { path: path.join(folder, 'socket') });
  t.is(await askChild(far), null);
  const file = fs.openSync('/dev/null', 'r');
  t.teardown(() => {
    fs.closeSync(file);
  });
  t.is(await askChild(file), null);
});

test('readSocketPeer() names nobody for a connection that was reset', async (t) => {
  const { near, far } = await connectPair(t, { host: '127.0.0.1', port: 0 });
  near.resetAndDestroy();
  await once(near, 'close');
  t.deepEqual(await askChild(far), { remoteAddress: '?', remotePort: 0 });
});
