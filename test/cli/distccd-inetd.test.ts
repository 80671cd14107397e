import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { exitCodes } from '../../src/errors/index.ts';
import { encodeRequest, exitStatus, ResponseDecoder } from '../../src/protocol/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf, fixture } from '../helpers/paths.ts';
import { baseEnvironment, run } from '../helpers/run.ts';

const asRoot = ['--user', 'root'];
const ourDistccd = commandOf('distccd');

function requestOf(compiler: string): Buffer {
  const source = new TextEncoder().encode('int x;\n');
  const args = [compiler, '-c', 'a.c', '-o', 'a.o'];
  return Buffer.concat(encodeRequest({ version: 1, args, source }));
}

/** Run our distccd as inetd would: with a client on standard input and output. */
async function serveOnce(
  t: ExecutionContext,
  stdio: { readonly input: net.Socket | 'pipe' },
  args: readonly string[],
) {
  const folder = await makeFolder(t);
  const [program, ...words] = [...ourDistccd, ...args, ...asRoot];
  const logFile = path.join(folder, 'log');
  const { input } = stdio;
  const child = spawn(program, [...words, '--log-file', logFile], {
    env: baseEnvironment(folder, folder),
    stdio: [input, input, 'ignore'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'close') as Promise<[number]>;
  const readLog = (): Promise<string> => readFile(logFile, 'utf8').catch(() => '');
  return { child, ended, readLog };
}

/** Both ends of one connection on loopback. */
async function connectPair(t: ExecutionContext): Promise<{ near: net.Socket; far: net.Socket }> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [net.Socket];
  for (const each of [near, far]) each.on('error', () => undefined); // denied is reset
  t.teardown(() => {
    for (const each of [near, far, server.close()]) if ('destroy' in each) each.destroy();
  });
  return { near, far };
}

for (const [compiler, code] of [
  ['gcc', 0],
  ['cc-fails.sh', 3],
  ['rm', exitCodes.compilerMissing],
] as const) {
  test(`distccd --inetd serves one job on a pipe and ends with its code: ${compiler}, ${code}`, async (t) => {
    const allowed = ['--allow-compiler', fixture('cc-fails')];
    const { child, ended, readLog } = await serveOnce(t, { input: 'pipe' }, [
      '--inetd',
      ...allowed,
    ]);
    child.stdin?.write(requestOf(compiler)); // and stays open, as that of a client does
    const bytes = await buffer(child.stdout ?? process.stdin);
    const response = new ResponseDecoder(1).push(bytes);
    t.is(response?.status, exitStatus(code));
    t.deepEqual(await ended, [code, null]);
    t.is((await readLog()).trimEnd().split('\n').length, 1, 'one line a job');
  });
}

test('distccd --inetd ends with 0 when somebody only knocks', async (t) => {
  const { child, ended } = await serveOnce(t, { input: 'pipe' }, ['--inetd']);
  child.stdin?.end();
  t.deepEqual(await ended, [0, null]);
});

test('distccd serves the socket that is its standard input when no word says otherwise', async (t) => {
  const { near, far } = await connectPair(t);
  const { ended, readLog } = await serveOnce(t, { input: far }, ['--allow', '127.0.0.1']);
  far.destroy();
  near.write(requestOf('gcc'));
  const response = new ResponseDecoder(1).push(await buffer(near));
  t.is(response?.status, 0);
  t.deepEqual(await ended, [0, null]);
  t.regex(await readLog(), /127\.0\.0\.1:\d+ gcc a\.c: exit code 0/);
});

test('distccd --inetd lets no socket in that is not on the access list: 113', async (t) => {
  for (const list of [[], ['--allow', '127.0.0.2']]) {
    const { near, far } = await connectPair(t);
    const { ended, readLog } = await serveOnce(t, { input: far }, ['--inetd', ...list]);
    far.destroy();
    near.write(requestOf('gcc'));
    t.deepEqual(await ended, [exitCodes.accessDenied, null]);
    t.regex(await readLog(), /ERROR: 127\.0\.0\.1 is not on the access list/);
  }
});

test('the original’s client compiles through ssh with our distccd, and its object is gcc’s', async (t) => {
  const folder = await makeFolder(t);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(path.join(folder, name), text, { mode: 0o755 });
  // ssh HOST COMMAND: there is but one host, and its distccd is ours.
  await write(
    'ssh',
    '#!/bin/sh\necho "$*" >>"$HOME/ssh.log"\nshift 2\nexec "$HOME/distccd" "$@"\n',
  );
  const words = [...ourDistccd, '"$@"', ...asRoot, '--log-file', path.join(folder, 'log')];
  await write('distccd', `#!/bin/sh\nexec ${words.join(' ')}\n`);
  await write('a.c', 'int main(void) { return 42; }\n');
  const env = {
    HOME: folder,
    DISTCC_SSH: path.join(folder, 'ssh'),
    DISTCC_HOSTS: '@localhost',
    DISTCC_FALLBACK: '0',
  };
  const compile = ['gcc', '-c', 'a.c', '-o'];
  const remote = await run(t, ['/usr/bin/distcc', ...compile, 'remote.o'], { cwd: folder, env });
  t.deepEqual([remote.code, remote.stderr], [0, '']);
  await run(t, [...compile, 'local.o'], { cwd: folder });
  const [remoteObject, localObject] = await Promise.all(
    ['remote.o', 'local.o'].map((name) => readFile(path.join(folder, name))),
  );
  t.deepEqual(remoteObject, localObject);
  t.is(
    await readFile(path.join(folder, 'ssh.log'), 'utf8'),
    'localhost distccd --inetd --enable-tcp-insecure\n',
  );
  t.regex(
    await readFile(path.join(folder, 'log'), 'utf8'),
    /standard input \S*gcc .*: exit code 0/,
  );
});
