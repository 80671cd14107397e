import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { encodeRequest, ResponseDecoder } from '../../src/protocol/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf, fixture } from '../helpers/paths.ts';
import { baseEnvironment } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { messagesOf, send } from '../server/start-server.ts';

// What the original daemon does badly (fact sheet 10, 24 to 31), where no other test is about it.

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];

test('distccd refuses a compiler that begins with "-", and serves on', async (t) => {
  const daemon = await startOurDistccd(t);
  for (const word of ['-', '--help', '--version', '-c']) {
    const answer = await send(daemon, compileA(word));
    t.is(answer.status, 110 << 8, word);
    t.regex(messagesOf(answer), /^distccd: .*(?:wanted a compiler|is not allowed here).*\n$/);
  }
  t.is((await send(daemon, compileA('gcc'))).status, 0);
});

test('distccd keeps its pid file whatever becomes of its jobs', async (t) => {
  const folder = await makeFolder(t);
  const [file, passing] = [path.join(folder, 'pid'), path.join(folder, 'passing-cc')];
  await writeFile(passing, '#!/bin/sh\n', { mode: 0o755 });
  const allowed = [fixture('cc-crashes'), fixture('cc-fails'), passing];
  const args = allowed.flatMap((name) => ['--allow-compiler', name]);
  const daemon = await startOurDistccd(t, { args: [...args, '--pid-file', file] });
  await waitUntil('it is written', () => existsSync(file) && readFileSync(file, 'utf8') !== '');
  await waitUntil('it has found its compilers', async () =>
    (await daemon.readLog()).includes('compilers:'),
  );
  await rm(passing); // it was there when the daemon started: its exec fails
  for (const compiler of ['cc-crashes.sh', 'cc-fails.sh', 'passing-cc', 'rm']) {
    t.not((await send(daemon, compileA(compiler))).status, 0, compiler);
  }
  const socket = net.connect(daemon.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end('DIST00000001');
  await buffer(socket).catch(() => undefined);
  t.is(readFileSync(file, 'utf8'), `${daemon.process.pid ?? 0}\n`);
  t.is((await send(daemon, compileA('gcc'))).status, 0);
});

test('distccd works in folders that nobody else can read, by names that nobody can foretell', async (t) => {
  const compiler = path.join(await makeFolder(t), 'cc-where');
  await writeFile(compiler, '#!/bin/sh\npwd >&2\nstat -c %a . >&2\nexit 1\n', { mode: 0o755 });
  const daemon = await startOurDistccd(t, { args: ['--allow-compiler', compiler] });
  const seen = new Set<string>();
  for (let count = 0; count < 3; count += 1) {
    const [folder = '', mode] = messagesOf(await send(daemon, compileA('cc-where'))).split('\n');
    t.is(mode, '700');
    t.regex(folder, /\/distccd_\d+-\d+_\w{6}\/distccd_\w{6}(?:\/|$)/);
    seen.add(folder);
  }
  t.is(seen.size, 3);
  const [work = ''] = await readdir(daemon.tmp);
  t.is(statSync(path.join(daemon.tmp, work)).mode & 0o777, 0o700);
});

test('distccd hands its compilers no descriptor of who started it', async (t) => {
  const compiler = path.join(await makeFolder(t), 'cc-what');
  await writeFile(compiler, '#!/bin/sh\nls -l /proc/$$/fd >&2\nexit 1\n', { mode: 0o755 });
  const secret = path.join(await makeFolder(t), 'secret');
  await writeFile(secret, '');
  // As a shell's own pipe may have such a number: what Node itself closes are the low ones.
  const shell = ['/bin/bash', '-c', `exec 251<'${secret}'; exec "$@"`, 'bash'] as const;
  const words = ['--inetd', '--user', 'root', '--allow-compiler', compiler];
  const child = spawn(shell[0], [...shell.slice(1), ...commandOf('distccd'), ...words], {
    env: baseEnvironment(path.dirname(secret), path.dirname(secret)),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const source = new TextEncoder().encode('int x;\n');
  child.stdin.write(
    Buffer.concat(encodeRequest({ version: 1, args: compileA('cc-what'), source })),
  );
  const answer = new ResponseDecoder(1).push(await buffer(child.stdout));
  const listing = answer === undefined ? '' : messagesOf(answer);
  t.regex(listing, / 2 -> /);
  t.false(listing.includes('secret'), listing);
});

/** How long after its compiler the answer of a daemon comes that serves standard input, in milliseconds. */
async function timeInetd(
  t: ExecutionContext,
  command: readonly [string, ...string[]],
): Promise<number> {
  const folder = await makeFolder(t);
  const base = baseEnvironment(folder, folder);
  const PATH = `${folder}:${base['PATH'] ?? ''}`;
  await writeFile(path.join(folder, 'gcc'), '#!/bin/sh\nsleep 0.3\ndate +%s%3N >&2\nexit 1\n', {
    mode: 0o755,
  });
  const [program, ...words] = command;
  const child = spawn(program, [...words, '--inetd', '--log-file', path.join(folder, 'log')], {
    env: { ...base, PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  const source = new TextEncoder().encode('int x;\n');
  const request = encodeRequest({ version: 1, args: compileA('gcc'), source });
  child.stdin.write(Buffer.concat(request)); // and stays open, as that of a client does
  const answer = new ResponseDecoder(1).push(await buffer(child.stdout));
  const answeredAtMs = Date.now();
  await ended;
  t.is(answer?.status, 0x100);
  const [endedAt] = /^\d+$/m.exec(answer === undefined ? '' : messagesOf(answer)) ?? [];
  return answeredAtMs - Number(endedAt);
}

test('distccd --inetd answers when the compiler ends: the original looks once a second', async (t) => {
  const ourDistccd = [...commandOf('distccd'), '--user', 'root'] as const;
  const [oursMs, theirsMs]: [number[], number[]] = [[], []];
  for (let count = 0; count < 3; count += 1) {
    oursMs.push(await timeInetd(t, ourDistccd));
    theirsMs.push(await timeInetd(t, ['/usr/bin/distccd']));
  }
  t.log(`${Math.min(...oursMs)} ms, the original ${Math.min(...theirsMs)} ms`);
  t.true(Math.min(...oursMs) < Math.min(...theirsMs));
});
