import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeProject } from '../helpers/make-project.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { messagesOf, send, startServer } from '../server/start-server.ts';

const compileA = ['gcc', '-c', 'a.c', '-o', 'a.o'];

const answering =
  (bytes: string): Script =>
  async ({ socket, request }) => {
    await request();
    socket.end(bytes);
  };

const badServers: readonly (readonly [string, Script, RegExp])[] = [
  ['speaks HTTP', answering('HTTP/1.1 400 Bad Request\r\n\r\n'), /HTTP/],
  ['sends 4 GiB as a length', answering('DONE00000001STAT00000000SERRffffffff'), /4294967295/],
  [
    'stops in the middle of a packet',
    ({ socket }) => void socket.resume().write('DONE00000001STAT0'),
    /No answer for 1000 ms/,
  ],
  ['is silent', ({ socket }) => void socket.resume(), /No answer for 1000 ms/],
  [
    'cuts an object short',
    async ({ socket, request, response }) => {
      await request();
      socket.end(response({ object: new Uint8Array(5000) }).subarray(0, -1));
    },
    /the stream ended at DOTO/,
  ],
  [
    'says that all is well and sends no object',
    async ({ socket, request, response }) => {
      await request();
      socket.end(response({}));
    },
    /an empty object/,
  ],
  ['closes at once', ({ socket }) => void socket.resetAndDestroy(), /ECONNRESET/],
  ['reads and closes', answering(''), /the stream ended at DONE/],
];

for (const [title, script, reason] of badServers) {
  test(`distcc compiles here when a server ${title}, and says why in one line`, async (t) => {
    const { port } = await startFakeDistccd(t, script);
    for (const [fallback, code, lines] of [
      ['1', 0, /^distcc\[\d+\] Warning: [^\n]+\n$/],
      ['0', 116, /^distcc\[\d+\] Warning: [^\n]+\ndistcc\[\d+\] ERROR: [^\n]+\n$/],
    ] as const) {
      const cwd = await makeProject(t);
      const before = await readdir(cwd);
      const env = {
        DISTCC_HOSTS: `127.0.0.1:${port}`,
        DISTCC_IO_TIMEOUT: '1',
        DISTCC_FALLBACK: fallback,
      };
      const result = await runCli(t, 'distcc', compileA, { cwd, env });
      t.is(result.code, code);
      t.regex(result.stderr, lines);
      t.regex(result.stderr, reason);
      t.deepEqual([result.stdout, result.leftovers], ['', []]);
      const made = (await readdir(cwd)).filter((name) => !before.includes(name));
      t.deepEqual(made, code === 0 ? ['a.o'] : []);
    }
  });
}

/** In the namespace of that disk there is no other user. */
const AS_ROOT = ['--user', 'root'];

/** Run the rest of the words with a disk of 64 KiB at $TMPDIR, and in it when asked. */
const withTinyDisk = (folder: string, then = 'exec "$@"'): string[] => {
  const script = `mount -t tmpfs -o size=64k none ${folder} && ${then}`;
  return ['unshare', '-rm', '/bin/sh', '-c', script, 'sh'];
};

test('distcc says that its disk is full: 107, and no part of an object', async (t) => {
  const server = await startServer(t);
  const folder = await makeFolder(t);
  const source = path.join(await makeFolder(t), 'large.c');
  await writeFile(source, 'char large[200000] = { 1 };\n');
  const then = `cd ${folder} && "$@"; code=$?; ls -A; exit $code`;
  const distcc = [...commandOf('distcc'), 'gcc', '-c', source, '-o', 'large.o'];
  const env = { DISTCC_HOSTS: `127.0.0.1:${server.port}` };
  const result = await run(t, [...withTinyDisk(folder, then), ...distcc], { env });
  t.is(result.code, 107);
  t.is(result.stderr, 'distcc: Cannot write "large.o": ENOSPC\n');
  t.is(result.stdout, '', 'nothing is left in the folder');
});

test('distccd says that its disk is full, to the client and in its log, and goes on', async (t) => {
  const within = withTinyDisk('"$TMPDIR"');
  const daemon = await startOurDistccd(t, { within, args: AS_ROOT });
  const source = new TextEncoder().encode(`/*${'x'.repeat(200_000)}*/\n`);
  const response = await send(daemon, compileA, { source });
  t.is(response.status, 0x6b00);
  t.is(messagesOf(response), 'distccd: Cannot write the source: ENOSPC\n');
  t.regex(await daemon.readLog(), /: Cannot write the source: ENOSPC\n/);
  t.is((await send(daemon, compileA)).status, 0);
  const inItsView = `/proc/${daemon.process.pid ?? 0}/root${daemon.tmp}`;
  const [own = '', ...others] = await readdir(inItsView);
  t.regex(own, /^distccd_/);
  t.deepEqual([others, await readdir(path.join(inItsView, own))], [[], []]);
});

test('distcc compiles here when the disk of a daemon is full', async (t) => {
  const daemon = await startOurDistccd(t, { within: withTinyDisk('"$TMPDIR"'), args: AS_ROOT });
  const cwd = await makeProject(t);
  await writeFile(path.join(cwd, 'large.c'), `char *large = "${'x'.repeat(200_000)}";\n`);
  const env = { DISTCC_HOSTS: `127.0.0.1:${daemon.port}` };
  const result = await runCli(t, 'distcc', ['gcc', '-c', 'large.c'], { cwd, env });
  t.is(result.code, 0);
  t.regex(
    result.stderr,
    /^distcc\[\d+\] Warning: [^\n]* did not compile: exit code 107 \(distccd: Cannot write the source: ENOSPC\)\n$/,
  );
  t.true(existsSync(path.join(cwd, 'large.o')));
});
