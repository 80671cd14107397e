import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Blacklist } from '../../src/blacklist/index.ts';
import { readSettings } from '../../src/client/index.ts';
import type { JobContext } from '../../src/client/index.ts';
import { FreeSlots } from '../../src/client/free-slots.ts';
import { tryHosts } from '../../src/client/try-hosts.ts';
import type { SecondOpinion } from '../../src/client/try-hosts.ts';
import { parseHostList, parseHostSpec } from '../../src/hosts/index.ts';
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
  readonly said: string[];
  readonly clock: { now: number };
}

async function makeContext(t: ExecutionContext): Promise<TestContext> {
  const clock = { now: Date.now() };
  const blacklist = new Blacklist({ folder: await makeFolder(t), now: () => clock.now });
  const { signal } = new AbortController();
  const settings = readSettings({ DISTCC_IO_TIMEOUT: '5' });
  const said: string[] = [];
  const log = (_level: string, text: string) => void said.push(text);
  return { blacklist, clock, said, settings, signal, env: process.env, log };
}

function send(text: string, context: JobContext, second?: SecondOpinion) {
  const slots = new FreeSlots(parseHostList(text), 'gcc', context);
  return tryHosts(work, slots, context, second);
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

test('tryHosts() gives the answer of a host', async (t) => {
  const { port } = await startServer(t, () => 0);
  const outcome = await send(`127.0.0.1:${port}`, await makeContext(t));
  t.is(outcome.kind === 'answered' && outcome.response.status, 0);
});

test('tryHosts() blacklists an address that fails, and does not ask it again', async (t) => {
  const context = await makeContext(t);
  const { counted, port } = await startServer(t, () => 'hang up');
  t.deepEqual(await send(`127.0.0.1:${port}`, context), { kind: 'failed' });
  t.is(context.blacklist.find('127.0.0.1', port)?.failures, 1);
  t.deepEqual(await send(`127.0.0.1:${port}`, context), { kind: 'failed' });
  t.regex(context.said.at(-1) ?? '', /left alone/);
  t.is(counted.connections, 1);
});

test('tryHosts() blacklists by address: another name of it is left alone too', async (t) => {
  const context = await makeContext(t);
  const port = await findFreePort();
  t.is((await send(`127.0.0.1:${port}`, context)).kind, 'failed');
  t.is((await send(`[::ffff:127.0.0.1]:${port}`, context)).kind, 'failed');
  t.regex(context.said.at(-1) ?? '', /left alone/);
});

test('tryHosts() lets a probe decide when the time of a blacklisted address is over', async (t) => {
  const context = await makeContext(t);
  let isGood = false;
  const { counted, port } = await startServer(t, () => (isGood ? 0 : 'hang up'));
  await send(`127.0.0.1:${port}`, context);
  context.clock.now += 61_000;
  await send(`127.0.0.1:${port}`, context);
  t.is(counted.connections, 2); // the probe, and no job behind it
  t.is(context.blacklist.find('127.0.0.1', port)?.failures, 2);
  context.clock.now += 121_000;
  isGood = true;
  t.is((await send(`127.0.0.1:${port}`, context)).kind, 'answered');
  t.is(counted.connections, 4);
  t.false(context.blacklist.isHalfOpen('127.0.0.1', port));
});

test('tryHosts() never blacklists a host for a compile error', async (t) => {
  const context = await makeContext(t);
  const { port } = await startServer(t, () => 0x100);
  t.is((await send(`127.0.0.1:${port}`, context)).kind, 'answered');
  t.deepEqual(context.blacklist.list(), []);
});

test('tryHosts() blames a host for a crash only when another compiles the same', async (t) => {
  const context = await makeContext(t);
  const crashing = await startServer(t, () => signalStatus(11));
  const other = await startServer(t, () => signalStatus(11));
  const both = `127.0.0.1:${crashing.port} 127.0.0.1:${other.port}`;
  t.is((await send(both, context)).kind, 'failed');
  t.deepEqual(context.blacklist.list(), []);
  const good = await startServer(t, () => 0);
  // The crashing one first, whatever chance says: it is given its turn until it has had it.
  for (let tries = 0; tries < 40 && context.blacklist.list().length === 0; tries += 1) {
    const outcome = await send(`127.0.0.1:${crashing.port} 127.0.0.1:${good.port}`, context);
    t.is(outcome.kind, 'answered');
  }
  t.deepEqual(
    context.blacklist.list().map(({ port }) => port),
    [crashing.port],
  );
});

test('tryHosts() gives up a host that drips its answer past the limit of a job', async (t) => {
  const context = await makeContext(t);
  const { port } = await startFakeDistccd(t, async ({ socket, request }) => {
    await request();
    const drip = setInterval(() => socket.write('D'), 50);
    socket.on('close', () => {
      clearInterval(drip);
    });
  });
  const settings = { ...context.settings, jobTimeoutMs: 400 };
  t.is((await send(`127.0.0.1:${port}`, { ...context, settings })).kind, 'failed');
  t.is(context.blacklist.find('127.0.0.1', port)?.failures, 1);
});

/** A second opinion is wanted, and this host gave the first. */
function secondAfter(text: string, patienceMs = 60_000): SecondOpinion {
  const host = parseHostSpec(text);
  if (host.kind !== 'tcp') throw new TypeError(text);
  return { except: { host, address: host.host, port: host.port }, patienceMs };
}

test('tryHosts() asks no address of the host whose opinion is known', async (t) => {
  const context = await makeContext(t);
  const [first, other] = [await startServer(t, () => 0), await startServer(t, () => 0)];
  const known = `127.0.0.1:${first.port}`;
  for (let tries = 0; tries < 5; tries += 1) {
    const text = `${known} 127.0.0.1:${other.port}`;
    t.is((await send(text, context, secondAfter(known))).kind, 'answered');
  }
  // The same address by another name, and the same name at another address.
  t.is((await send(`[::ffff:127.0.0.1]:${first.port}`, context)).kind, 'answered');
  const named = { ...secondAfter(known), except: { ...secondAfter(known).except, address: '::1' } };
  t.deepEqual(await send(known, context, named), { kind: 'failed' });
  t.deepEqual([first.counted.connections, other.counted.connections], [1, 5]);
});

test('tryHosts() leaves a second host that is stuck, and does not blame it', async (t) => {
  const context = await makeContext(t);
  const { port, callCount } = await startFakeDistccd(t, () => undefined);
  const second = secondAfter('127.0.0.1:1', 300.5);
  t.deepEqual(await send(`127.0.0.1:${port}`, context, second), { kind: 'failed' });
  t.is(callCount(), 1);
  t.deepEqual(context.blacklist.list(), []);
});

test('tryHosts() takes no object of a host that was benched while it compiled', async (t) => {
  const context = await makeContext(t);
  const { port } = await startFakeDistccd(t, async ({ socket, request, response }) => {
    await request();
    context.blacklist.bench('127.0.0.1', port, 'audit: it lied');
    socket.end(response({ status: 0, object: new Uint8Array([1]) }));
  });
  t.deepEqual(await send(`127.0.0.1:${port}`, context), { kind: 'failed' });
  t.regex(context.said.at(-1) ?? '', /an audit found a wrong object of it meanwhile/);
  t.true(context.blacklist.isBenched('127.0.0.1', port));
});
