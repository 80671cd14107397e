import { once } from 'node:events';
import net from 'node:net';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { codeOf, ConnectError, TimeoutError, TruncatedError } from '../../src/errors/index.ts';
import { connect, connectSocket, formatAddress, isIP, readChunks } from '../../src/net/index.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { startFullListener } from '../helpers/start-full-listener.ts';

const { signal } = new AbortController();

test('connect() opens a connection on IPv4 and on IPv6', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = net.createServer((socket) => socket.end('hello')).listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const socket = await connect(host, port, { timeoutMs: 20_000, signal });
    const chunk = await new Promise<Uint8Array>((resolve) => socket.on('data', resolve));
    t.is(Buffer.from(chunk).toString(), 'hello');
    socket.destroy();
    server.close();
  }
});

test('connect() says that a connection is refused, and by whom', async (t) => {
  const port = await findFreePort();
  const error = await t.throwsAsync(connect('127.0.0.1', port, { timeoutMs: 20_000, signal }), {
    instanceOf: ConnectError,
    message: `Cannot connect to 127.0.0.1:${port}: ECONNREFUSED`,
  });
  t.like(error, { exitCode: 103, isAccidental: true });
  t.is(codeOf(error.cause), 'ECONNREFUSED');
});

test('connect() gives up a connection that nobody answers', async (t) => {
  const port = await startFullListener(t);
  await t.throwsAsync(connect('127.0.0.1', port, { timeoutMs: 50, signal }), {
    instanceOf: TimeoutError,
    message: `No connection to 127.0.0.1:${port} within 50 ms`,
  });
});

test('connect() rejects with its caller’s reason, before and while it waits', async (t) => {
  const port = await startFullListener(t);
  const reason = new Error('Stopped by a test');
  const early = connect('127.0.0.1', port, {
    timeoutMs: 20_000,
    signal: AbortSignal.abort(reason),
  });
  t.is(await t.throwsAsync(early), reason);
  const stop = new AbortController();
  const waiting = connect('127.0.0.1', port, { timeoutMs: 20_000, signal: stop.signal });
  setImmediate(() => {
    stop.abort(reason);
  });
  t.is(await t.throwsAsync(waiting), reason);
});

test('formatAddress() puts IPv6 into brackets', (t) => {
  t.is(formatAddress('127.0.0.1', 3632), '127.0.0.1:3632');
  t.is(formatAddress('::1', 3632), '[::1]:3632');
});

test('codeOf() prefers an errno name to a message', (t) => {
  t.is(codeOf(Object.assign(new Error('m'), { code: 'ENOENT' })), 'ENOENT');
  t.is(codeOf(new Error('m')), 'm');
  t.is(codeOf('text'), 'text');
});

async function open(t: ExecutionContext, script: Script): Promise<net.Socket> {
  const { address, port } = await startFakeDistccd(t, script);
  const socket = await connectSocket(address, port, { timeoutMs: 20_000, signal });
  t.teardown(() => socket.destroy());
  return socket;
}

async function readAll(
  socket: net.Socket,
  options: Partial<Parameters<typeof readChunks>[1]> = {},
): Promise<string> {
  const chunks: Uint8Array[] = [];
  const wait = { idleTimeoutMs: 20_000, signal, ...options };
  for await (const chunk of readChunks(socket, wait)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('readChunks() gives everything to the end', async (t) => {
  const socket = await open(t, (call) => {
    call.socket.write('one ');
    setTimeout(() => call.socket.end('two'), 30);
  });
  t.is(await readAll(socket), 'one two');
});

test('readChunks() gives up a silent peer', async (t) => {
  const socket = await open(t, () => undefined);
  await t.throwsAsync(readAll(socket, { idleTimeoutMs: 50 }), {
    instanceOf: TimeoutError,
    message: 'No answer for 50 ms',
  });
});

test('readChunks() is patient with a peer that is slow and not silent', async (t) => {
  const socket = await open(t, async (call) => {
    for (let count = 0; count < 6; count += 1) {
      call.socket.write('x');
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    call.socket.end();
  });
  t.is(await readAll(socket, { idleTimeoutMs: 700 }), 'xxxxxx');
});

test('readChunks() says that a connection broke', async (t) => {
  const socket = await open(t, (call) => {
    call.socket.once('data', () => call.socket.resetAndDestroy());
  });
  socket.write('?');
  const error = await t.throwsAsync(readAll(socket), { instanceOf: TruncatedError });
  t.is(error.message, 'Connection broken: ECONNRESET');
});

test('readChunks() rejects with its caller’s reason and closes', async (t) => {
  const socket = await open(t, () => undefined);
  const stop = new AbortController();
  const reason = new Error('Stopped by a test');
  const reading = readAll(socket, { signal: stop.signal });
  setImmediate(() => {
    stop.abort(reason);
  });
  t.is(await t.throwsAsync(reading), reason);
  t.true(socket.destroyed);
});

test('readChunks() leaves nothing behind when its reader leaves early', async (t) => {
  const socket = await open(t, (call) => void call.socket.write('first'));
  const before = socket.eventNames().map((name) => [name, socket.listenerCount(name)]);
  for await (const chunk of readChunks(socket, { idleTimeoutMs: 20_000, signal })) {
    t.is(Buffer.from(chunk).toString(), 'first');
    break;
  }
  t.deepEqual(
    socket.eventNames().map((name) => [name, socket.listenerCount(name)]),
    before,
  );
  t.false(socket.destroyed);
});

test('isIP() says what node:net says', (t) => {
  const texts = [
    '127.0.0.1',
    '255.255.255.255',
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.4.',
    '',
  ];
  texts.push(
    '::1',
    'fe80::1%eth0',
    '::ffff:1.2.3.4',
    '1::2::3',
    ':',
    'host',
    '1.2.3.4\n',
    ' 1.2.3.4',
    '0.0.0.0',
  );
  for (const text of texts) t.is(isIP(text), net.isIP(text) as 0 | 4 | 6, text);
});
