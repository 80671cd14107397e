import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Blacklist } from '../../src/blacklist/index.ts';
import { readSettings } from '../../src/client/index.ts';
import type { JobContext } from '../../src/client/index.ts';
import { sendToHost } from '../../src/client/send-to-host.ts';
import { tryHosts } from '../../src/client/try-hosts.ts';
import { DistccError } from '../../src/errors/index.ts';
import { parseHostList } from '../../src/hosts/index.ts';
import type { TcpHost } from '../../src/hosts/index.ts';
import { signalStatus } from '../../src/protocol/index.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';

const work = {
  args: ['gcc', '-c', 'a.c', '-o', 'a.o'],
  source: new TextEncoder().encode('int x;'),
};

interface TestContext extends JobContext {
  readonly blacklist: Blacklist;
  readonly clock: { now: number };
}

async function makeContext(t: ExecutionContext): Promise<TestContext> {
  const clock = { now: Date.now() };
  const blacklist = new Blacklist({ folder: await makeFolder(t), now: () => clock.now });
  const { signal } = new AbortController();
  const settings = readSettings({ DISTCC_IO_TIMEOUT: '5' });
  return { blacklist, clock, settings, signal, env: process.env, log: () => undefined };
}

function hostsOf(text: string): TcpHost[] {
  return parseHostList(text).hosts.filter((host) => host.kind === 'tcp');
}

async function send(text: string, context: JobContext) {
  const [host] = hostsOf(text);
  if (host === undefined) throw new RangeError(text);
  return sendToHost(work, host, context);
}

/** A server that counts its connections and answers each with this status. */
async function startServer(t: ExecutionContext, status: () => number | 'hang up') {
  const counted = { connections: 0 };
  const { port } = await startFakeDistccd(t, async ({ socket, request, response }) => {
    counted.connections += 1;
    await request();
    const answer = status();
    if (answer === 'hang up') socket.destroy();
    else socket.end(response({ status: answer, object: new Uint8Array([1]) }));
  });
  return { counted, port };
}

test('sendToHost() gives the answer and the address it came from', async (t) => {
  const { port } = await startServer(t, () => 0);
  const reply = await send(`127.0.0.1:${port}`, await makeContext(t));
  t.is(reply.address, '127.0.0.1');
  t.is(reply.response.status, 0);
});

test('sendToHost() blacklists an address that fails, and does not ask it again', async (t) => {
  const context = await makeContext(t);
  const { counted, port } = await startServer(t, () => 'hang up');
  t.true((await t.throwsAsync(send(`127.0.0.1:${port}`, context))) instanceof DistccError);
  t.is(context.blacklist.find('127.0.0.1', port)?.failures, 1);
  await t.throwsAsync(send(`127.0.0.1:${port}`, context), { message: /left alone/ });
  t.is(counted.connections, 1);
});

test('sendToHost() blacklists by address: another name of it is left alone too', async (t) => {
  const context = await makeContext(t);
  const port = await findFreePort();
  t.true((await t.throwsAsync(send(`127.0.0.1:${port}`, context))) instanceof DistccError);
  await t.throwsAsync(send(`[::ffff:127.0.0.1]:${port}`, context), { message: /left alone/ });
});

test('sendToHost() lets a probe decide when the time of a blacklisted address is over', async (t) => {
  const context = await makeContext(t);
  let isGood = false;
  const { counted, port } = await startServer(t, () => (isGood ? 0 : 'hang up'));
  await t.throwsAsync(send(`127.0.0.1:${port}`, context));
  context.clock.now += 61_000;
  await t.throwsAsync(send(`127.0.0.1:${port}`, context));
  t.is(counted.connections, 2); // the probe, and no job behind it
  t.is(context.blacklist.find('127.0.0.1', port)?.failures, 2);
  context.clock.now += 121_000;
  isGood = true;
  t.is((await send(`127.0.0.1:${port}`, context)).response.status, 0);
  t.is(counted.connections, 4);
  t.false(context.blacklist.isHalfOpen('127.0.0.1', port));
});

test('tryHosts() never blacklists a host for a compile error', async (t) => {
  const context = await makeContext(t);
  const { port } = await startServer(t, () => 0x100);
  const outcome = await tryHosts(work, hostsOf(`127.0.0.1:${port}`), context);
  t.is(outcome.kind, 'answered');
  t.deepEqual(context.blacklist.list(), []);
});

test('tryHosts() blames a host for a crash only when another compiles the same', async (t) => {
  const context = await makeContext(t);
  const crashing = await startServer(t, () => signalStatus(11));
  const other = await startServer(t, () => signalStatus(11));
  const both = hostsOf(`127.0.0.1:${crashing.port} 127.0.0.1:${other.port}`);
  t.is((await tryHosts(work, both, context)).kind, 'failed');
  t.deepEqual(context.blacklist.list(), []);
  const good = await startServer(t, () => 0);
  const list = hostsOf(`127.0.0.1:${crashing.port} 127.0.0.1:${good.port}`);
  t.is((await tryHosts(work, list, context)).kind, 'answered');
  t.deepEqual(
    context.blacklist.list().map(({ port }) => port),
    [crashing.port],
  );
});
