import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { encodeRequest } from '../../src/protocol/index.ts';
import { findCompilers, readMachine } from '../../src/server/index.ts';
import type { Machine, ServiceLimits } from '../../src/server/index.ts';
import { splitPath } from '../../src/process/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { isRunning } from '../helpers/processes.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { messagesOf, send, startServer } from './start-server.ts';
import type { TestServer } from './start-server.ts';

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];
const source = new TextEncoder().encode('int x;\n');
const deadlines = { firstByteMs: 60_000, idleMs: 60_000, requestMs: 60_000 };

/** A client that only connects; what comes back, or that it was reset. */
async function open(t: ExecutionContext, port: number, localAddress = '127.0.0.1') {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const closed = new Promise<string>((resolve) =>
    socket.once('close', () => {
      resolve(text);
    }),
  );
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return { socket, closed };
}

/** Start a daemon that runs scripts as compilers. */
async function startWith(
  t: ExecutionContext,
  scripts: Readonly<Record<string, string>>,
  limits: Partial<ServiceLimits> = {},
): Promise<TestServer> {
  const folder = await makeFolder(t);
  const files = Object.entries(scripts).map(
    ([name, text]) => [path.join(folder, name), text] as const,
  );
  for (const [file, text] of files) await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const compilers = findCompilers({
    folders: splitPath(process.env['PATH'] ?? ''),
    allowed: files.map(([file]) => file),
    allowsAny: false,
  });
  return startServer(t, { compilers, limits });
}

for (const [title, changes, bytes, reason] of [
  ['says nothing', { firstByteMs: 80 }, '', 'Not a byte came within 80 ms'],
  ['falls silent', { idleMs: 80 }, 'DIST00000001', 'The client was silent for 80 ms'],
] as const) {
  test(`a client that ${title} is left at a deadline`, async (t) => {
    const server = await startServer(t, { limits: { deadlines: { ...deadlines, ...changes } } });
    const { socket, closed } = await open(t, server.port);
    socket.write(bytes);
    t.is(await closed, '');
    t.true(server.lines.some((line) => line.endsWith(`ended without an answer: ${reason}`)));
  });
}

test('a client that sends a byte now and then is left when the whole request takes too long', async (t) => {
  const limits = { deadlines: { ...deadlines, requestMs: 300 } };
  const server = await startServer(t, { limits });
  const { socket, closed } = await open(t, server.port);
  const bytes = Buffer.concat(encodeRequest({ version: 1, args: compileA('gcc'), source }));
  let sent = 0;
  const drip = setInterval(() => socket.write(bytes.subarray(sent, (sent += 1))), 30);
  t.teardown(() => {
    clearInterval(drip);
  });
  await closed;
  t.regex(server.lines.join('\n'), /The request was not complete within 300 ms/);
});

test('an address has so many connections and no more, and others are served meanwhile', async (t) => {
  const server = await startServer(t, { limits: { maxPerClient: 2 } });
  const [first] = [await open(t, server.port, '127.0.0.1'), await open(t, server.port)];
  const third = await open(t, server.port);
  t.is(await third.closed, '');
  t.deepEqual(server.lines, ['error 127.0.0.1 has 2 connections already: connection closed']);
  first.socket.destroy();
  await waitUntil('there is room again', () =>
    send(server, compileA('gcc')).then(
      () => true,
      () => false,
    ),
  );
  t.pass();
});

test('1,000 idle connections do not delay a job', async (t) => {
  const server = await startServer(t, { limits: { maxPerClient: 2000 } });
  const before = performance.now();
  await send(server, compileA('gcc'));
  const aloneMs = performance.now() - before;
  await Promise.all(Array.from({ length: 1000 }, () => open(t, server.port)));
  await waitUntil('all are there', () => server.connectionCount() === 1000);
  const crowded = performance.now();
  t.is((await send(server, compileA('gcc'))).status, 0);
  const crowdedMs = performance.now() - crowded;
  t.log(`${Math.round(aloneMs)} ms alone, ${Math.round(crowdedMs)} ms among 1,000`);
  t.true(crowdedMs < aloneMs * 5 + 500);
});

const machine = readMachine();
const loaded: Machine = { ...machine, loadAverages: () => [9.5, 1, 1] };
const full: Machine = { ...machine, freeMemoryBytes: () => 5 * 2 ** 20 };

for (const [title, options, reason] of [
  ['of load', { machine: loaded, limits: { maxLoad: 8 } }, 'the load is 9.50, at most 8 wanted'],
  [
    'of memory',
    { machine: full, limits: { minFreeBytes: 64 * 2 ** 20 } },
    '5 MiB of memory are free, 64 wanted',
  ],
] as const) {
  test(`a daemon with too much ${title} tells its client at once: 114 and one line`, async (t) => {
    const server = await startServer(t, options);
    const answer = await send(server, compileA('gcc'));
    t.is(answer.status, 114 << 8);
    t.is(messagesOf(answer), `distccd: Too busy: ${reason}\n`);
  });
}

test('a daemon whose queue is full tells its client at once', async (t) => {
  const server = await startServer(t, { jobs: 1, limits: { maxQueue: 0 } });
  const stop = new AbortController();
  const running = send(server, compileA('cc-forever.sh'), { signal: stop.signal });
  await waitUntil('a job runs', () => server.slots.running === 1);
  const answer = await send(server, compileA('gcc'));
  t.is(answer.status, 114 << 8);
  t.is(messagesOf(answer), 'distccd: Too busy: 1 jobs run and 0 wait\n');
  stop.abort(new Error('enough'));
  await t.throwsAsync(running);
});

test('a request that is too large is refused before it is read, and its client told', async (t) => {
  const server = await startServer(t, { limits: { maxRequestBytes: 2 ** 20 } });
  const large = await send(server, compileA('gcc'), { source: new Uint8Array(3 * 2 ** 20) });
  t.is(large.status, 109 << 8);
  t.regex(messagesOf(large), /^distccd: Cannot .*\n$/);
  t.is((await send(server, compileA('gcc'))).status, 0);
});

test('a request for which there is no memory is refused, its client told, and its room given back', async (t) => {
  const server = await startServer(t, { limits: { maxHeldBytes: 2 ** 20 } });
  const blank = (bytes: number) => ({ source: new Uint8Array(bytes).fill(10) });
  for (let round = 0; round < 3; round += 1) {
    const answer = await send(server, compileA('gcc'), blank(1_200_000));
    t.is(answer.status, 114 << 8);
    t.is(messagesOf(answer), 'distccd: Too busy: there is no memory for one more request\n');
    t.is((await send(server, compileA('gcc'), blank(900_000))).status, 0);
  }
});

test('what LZO inflates is held too: a daemon without memory for it says so, and has room again', async (t) => {
  const server = await startServer(t, { limits: { maxHeldBytes: 2 ** 20 } });
  const zeros = { version: 2, source: new Uint8Array(3 * 2 ** 20).fill(10) } as const;
  for (let round = 0; round < 3; round += 1) {
    const answer = await send(server, compileA('gcc'), zeros);
    t.is(answer.status, 114 << 8);
    t.is(messagesOf(answer), 'distccd: Too busy: there is no memory for one more request\n');
    t.is((await send(server, compileA('gcc'), { version: 2 })).status, 0);
  }
});

test('a client that leaves takes its compiler’s whole group with it, at once and unasked', async (t) => {
  const pids = path.join(await makeFolder(t), 'pids');
  const asked = `${pids}.asked`;
  const script = `trap 'echo >${asked}' TERM\nsh -c 'trap "" TERM; sleep 1000' &\necho $$ $! >${pids}\nwhile :; do wait; done`;
  const server = await startWith(t, { 'cc-stays': script });
  const stop = new AbortController();
  const left = t.throwsAsync(send(server, compileA('cc-stays'), { signal: stop.signal }));
  await waitUntil('it runs', () => existsSync(pids));
  await waitUntil('its pids are told', async () => /\d \d/.test(await readFile(pids, 'utf8')));
  const all = (await readFile(pids, 'utf8')).split(' ').map(Number);
  stop.abort(new Error('The client leaves'));
  const leftAtMs = performance.now();
  for (const pid of all) await waitUntil(`${pid} has ended`, () => !isRunning(pid));
  t.log(`dead after ${Math.round(performance.now() - leftAtMs)} ms`);
  t.false(existsSync(asked));
  await left;
});

test('a compiler that writes more than a file may have ends with an error, and the next job works', async (t) => {
  const script = 'exec dd if=/dev/zero of=big.o bs=1048576 count=10240';
  const server = await startWith(t, { 'cc-big': script }, { fileBytes: 3 * 2 ** 20 });
  const answer = await send(server, compileA('cc-big'));
  t.not(answer.status, 0);
  t.is((await send(server, compileA('gcc'))).status, 0);
});

test('a compiler that takes more memory than it may have ends with an error, and the next job works', async (t) => {
  const script = 'x=0123456789abcdef; while :; do x=$x$x; done';
  const server = await startWith(t, { 'cc-greedy': script }, { memoryBytes: 512 * 2 ** 20 });
  const answer = await send(server, compileA('cc-greedy'));
  t.not(answer.status, 0);
  t.is((await send(server, compileA('gcc'))).status, 0);
});

test('a compiler that never stops talking ends with an error that says so', async (t) => {
  const server = await startWith(t, { 'cc-talks': 'exec yes' });
  const answer = await send(server, compileA('cc-talks'));
  t.is(answer.status, 107 << 8);
  t.regex(messagesOf(answer), /wrote more than \d+ bytes of messages/);
  t.is((await send(server, compileA('gcc'))).status, 0);
});

test('a compiler has its limits, dumps no core and finds no descriptor of ours', async (t) => {
  const server = await startWith(
    t,
    {
      'cc-looks': 'ls -l /proc/self/fd >&2; ulimit -v >&2; ulimit -f >&2; ulimit -c >&2; exit 1',
    },
    { memoryBytes: 2 ** 30, fileBytes: 2 ** 20 },
  );
  const lines = messagesOf(await send(server, compileA('cc-looks')))
    .trimEnd()
    .split('\n');
  t.deepEqual(lines.splice(-3), ['1048576', '2048', '0'], 'KiB, blocks, and no core');
  const ours = lines.filter((line) =>
    / (?:socket:|\/(?!dev|proc))/.test(line.split('->')[1] ?? ''),
  );
  t.true(ours.length <= 2, ours.join('\n')); // its own standard output and error
});
