import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { BindError } from '../../src/errors/index.ts';
import { parseAccessList } from '../../src/net/index.ts';
import { encodeRequest } from '../../src/protocol/index.ts';
import type { CompileRequest } from '../../src/protocol/index.ts';
import { findCompilers } from '../../src/server/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { messagesOf, send, startServer } from './start-server.ts';

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];

/** What a socket brings until it ends, or 'reset'. */
async function readAll(socket: net.Socket): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('latin1');
  } catch {
    return 'reset';
  }
}

async function open(t: ExecutionContext, port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function bytesOf(request: CompileRequest): Buffer {
  return Buffer.concat(encodeRequest(request));
}

const source = new TextEncoder().encode('int x;\n');

for (const version of [1, 2] as const) {
  test(`startDaemon() serves a compilation of protocol ${version}`, async (t) => {
    const server = await startServer(t);
    const response = await send(server, compileA('gcc'), { version });
    t.like(response, { version, status: 0 });
    t.is(Buffer.from(response.object).toString('latin1', 1, 4), 'ELF');
    t.regex(server.lines.join('\n'), /notice 127\.0\.0\.1:\d+ gcc a\.c: exit code 0, \d+ bytes in/);
  });

  test(`startDaemon() sends a compiler’s failure and words in protocol ${version}`, async (t) => {
    const server = await startServer(t);
    const response = await send(server, compileA('gcc'), {
      version,
      source: new TextEncoder().encode('# 1 "a.c"\nint größer(;\n'),
    });
    t.is(response.status, 0x100);
    t.regex(messagesOf(response), /^a\.c:1:\d+: error/m);
    t.is(response.object.length, 0);
  });

  test(`startDaemon() tells a refusal: 110 and one line, in protocol ${version}`, async (t) => {
    const server = await startServer(t);
    const response = await send(server, compileA('rm'), { version });
    t.is(response.status, 0x6e00);
    t.regex(messagesOf(response), /^distccd: the compiler "rm" is not allowed here, .*\n$/);
  });
}

test('startDaemon() lets gcc assemble while it compiles, and gives others no word they may not know', async (t) => {
  const folder = await makeFolder(t);
  const names = ['gcc', 'arm-none-eabi-g++-12', 'cc', 'clang', 'cc-slow'];
  const script = '#!/bin/sh\necho "$0 $*"\n';
  for (const name of names) await writeFile(path.join(folder, name), script, { mode: 0o755 });
  const allowed = names.map((name) => path.join(folder, name));
  const own = findCompilers({ folders: [folder], allowed, allowsAny: false });
  const server = await startServer(t, { compilers: own });
  const isTold = async (name: string): Promise<boolean> => {
    const { stdout } = await send(server, compileA(name));
    return new TextDecoder().decode(stdout).includes(' -pipe');
  };
  t.deepEqual(await Promise.all(names.map(isTold)), [true, true, true, false, false]);
});

for (const [title, words, reason] of [
  ['a plugin', ['-fplugin=/tmp/evil.so'], /-fplugin=\/tmp\/evil\.so loads code/],
  ['a wrapper', ['-wrapper', 'sh,-c,id'], /-wrapper runs other programs/],
  ['another folder of programs', ['-B', '/tmp'], /-B runs other programs/],
  ['a response file', ['@/etc/passwd'], /@\/etc\/passwd stands for more words/],
  ['a file of the server', ['-include', '/etc/passwd'], /reads a file of this server/],
  ['a link', ['-E'], /cannot be compiled elsewhere/],
] as const) {
  test(`startDaemon() refuses ${title} and says why`, async (t) => {
    const server = await startServer(t);
    const response = await send(server, [...compileA('gcc'), ...words]);
    t.is(response.status, 0x6e00);
    t.regex(messagesOf(response), reason);
    t.is(messagesOf(response).split('\n').length, 2, 'one line');
  });
}

for (const [compiler, status] of [
  ['cc-crashes.sh', 11],
  ['cc-fails.sh', 0x300],
] as const) {
  test(`startDaemon() passes on how ${compiler} ends`, async (t) => {
    t.is((await send(await startServer(t), compileA(compiler))).status, status);
  });
}

test('startDaemon() runs compilers side by side: a slow one does not hold up fast ones', async (t) => {
  const server = await startServer(t, { jobs: 2 });
  const stop = new AbortController();
  const slow = t.throwsAsync(send(server, compileA('cc-forever.sh'), { signal: stop.signal }));
  await waitUntil('it runs', () => server.slots.running === 1);
  for (let count = 0; count < 3; count += 1) {
    t.is((await send(server, compileA('gcc'))).status, 0);
  }
  t.is(server.slots.running, 1);
  stop.abort(new Error('enough'));
  await slow;
});

test('startDaemon() runs no more jobs at once than it may, and all in the order they came', async (t) => {
  const server = await startServer(t, { jobs: 1 });
  const ended: string[] = [];
  const slow = send(server, compileA('cc-slow.sh')).then(() => ended.push('slow'));
  await new Promise((resolve) => setTimeout(resolve, 300)); // the slow one comes first
  const fast = send(server, compileA('gcc')).then(() => ended.push('fast'));
  await Promise.all([slow, fast]);
  t.deepEqual(ended, ['slow', 'fast']);
});

test('startDaemon() ends a job that outlives its lifetime: 118, and a line that says so', async (t) => {
  const server = await startServer(t, { limits: { jobLifetimeMs: 300 } });
  const response = await send(server, compileA('cc-forever.sh'));
  t.is(response.status, 0x7600);
  t.is(messagesOf(response), 'distccd: The compiler ran longer than 300 ms\n');
});

test('startDaemon() with a lifetime of 0 lets jobs run', async (t) => {
  const server = await startServer(t, { limits: { jobLifetimeMs: 0 } });
  t.is((await send(server, compileA('gcc'))).status, 0);
});

test('startDaemon() lets nobody in who is not on the list, and logs it', async (t) => {
  const server = await startServer(t, { access: parseAccessList(['127.0.0.2']) });
  const socket = net.connect(server.port, '127.0.0.1');
  t.is(await readAll(socket), 'reset');
  t.deepEqual(server.lines, ['error 127.0.0.1 is not on the access list: connection closed']);
});

for (const [title, bytes] of [
  ['HTTP', 'GET / HTTP/1.0\r\n\r\n'],
  ['a version nobody speaks', 'DIST00000004'],
] as const) {
  test(`startDaemon() drops a connection that sends ${title}, and goes on`, async (t) => {
    const server = await startServer(t);
    const socket = await open(t, server.port);
    socket.write(bytes);
    t.true(['', 'reset'].includes(await readAll(socket)));
    t.regex(
      server.lines.join('\n'),
      /^warning 127\.0\.0\.1:\d+ ended without an answer: Cannot .+$/,
    );
    t.is((await send(server, compileA('gcc'))).status, 0);
  });
}

for (const [title, bytes] of [
  ['no words at all', 'DIST00000001ARGC00000000'],
  ['words beyond count', 'DIST00000001ARGCffffffff'],
  ['a source of 4 GiB', 'DIST00000001ARGC00000001ARGV00000003gccDOTIffffffff'],
  [
    'more files than anybody has',
    'DIST00000003CDIR00000002/wARGC00000001ARGV00000003gccNFIL000186a1',
  ],
  ['LZO that is none', 'DIST00000002ARGC00000001ARGV00000003gccDOTI00000004xxxx'],
] as const) {
  test(`startDaemon() tells who sends ${title} what is wrong: 109, and goes on`, async (t) => {
    const server = await startServer(t);
    const socket = await open(t, server.port);
    socket.write(bytes);
    const answer = await readAll(socket);
    t.regex(answer, /^DONE0000000[123]STAT00006d00SERR/);
    if (bytes.startsWith('DIST00000001')) t.regex(answer, /distccd: Cannot .+\n/);
    t.is((await send(server, compileA('gcc'))).status, 0);
  });
}

test('startDaemon() bears a client that leaves after any byte of its request', async (t) => {
  const server = await startServer(t, { jobs: 2 });
  const bytes = bytesOf({ version: 1, args: compileA('cc-fails.sh'), source });
  for (let end = 0; end < bytes.length; end += 5) {
    const socket = await open(t, server.port);
    socket.end(bytes.subarray(0, end));
    t.true(['', 'reset'].includes(await readAll(socket)), `${end} bytes`);
  }
  t.is((await send(server, compileA('gcc'))).status, 0);
});

test('startDaemon() takes a request byte by byte', async (t) => {
  const server = await startServer(t);
  const socket = await open(t, server.port);
  socket.setNoDelay();
  for (const byte of bytesOf({ version: 2, args: compileA('gcc'), source })) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.regex(await readAll(socket), /^DONE00000002STAT00000000/);
});

test('startDaemon() serves its client to the end though it has sent more than a request', async (t) => {
  const server = await startServer(t);
  const socket = await open(t, server.port);
  socket.write(Buffer.concat([bytesOf({ version: 1, args: compileA('gcc'), source }), source]));
  t.regex(await readAll(socket), /^DONE00000001STAT00000000/);
});

test.serial(
  'close() of a daemon ends jobs, waiting clients and readers, and leaves no folder',
  async (t) => {
    const folder = await makeFolder(t);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    t.teardown(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    const server = await startServer(t, { jobs: 1 });
    const running = send(server, compileA('cc-forever.sh'));
    await waitUntil('a job runs', async () => (await readdir(folder)).length === 1);
    const waiting = send(server, compileA('gcc'));
    const silent = await open(t, server.port);
    const jobs = Promise.allSettled([running, waiting, readAll(silent)]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.close();
    t.deepEqual(await readdir(folder), []);
    t.deepEqual(
      (await jobs).map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    );
    await server.close(); // once more does no harm
  },
);

test('close() of a daemon does not wait for a client that never reads its answer', async (t) => {
  const server = await startServer(t);
  const socket = await open(t, server.port);
  socket.pause();
  const text = `# 1 "a.c"\nchar x[] = "${'x'.repeat(20_000_000)}";\n`;
  socket.write(
    bytesOf({ version: 1, args: compileA('gcc'), source: new TextEncoder().encode(text) }),
  );
  await waitUntil('the job is done', () => server.lines.some((line) => /exit code 0/.test(line)));
  await server.close();
  t.pass();
});

test('a client that leaves while it waits for a slot is dropped there and then', async (t) => {
  const server = await startServer(t, { jobs: 1 });
  const stop = new AbortController();
  const running = send(server, compileA('cc-forever.sh'), { signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const socket = await open(t, server.port);
  socket.write(bytesOf({ version: 1, args: compileA('gcc'), source }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.end();
  t.is(await readAll(socket), '');
  t.regex(server.lines.join('\n'), /warning .* ended without an answer: The client went away/);
  stop.abort(new Error('enough'));
  await t.throwsAsync(running);
});

test('startDaemon() says that a port is taken', async (t) => {
  const { port } = await startServer(t);
  const error = await t.throwsAsync(startServer(t, { port }), {
    instanceOf: BindError,
    message: `Cannot listen on 127.0.0.1:${port}: EADDRINUSE`,
  });
  t.is(error.exitCode, 102);
});
