import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { fixture } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import type { RunningDaemon } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { messagesOf, send } from '../server/start-server.ts';

/** The folders of runCli are its user's own: root would serve as another. */
const asRoot = ['--user', 'root'];

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];

for (const [title, args, code, message] of [
  ['without an access list', [], 101, /^distccd: Nobody may connect: say who with --allow .*\n$/],
  ['with a port of 99999', ['--allow', '::1', '-p99999'], 101, /"99999" for --port/],
  ['with a port of 0', ['--allow', '::1', '--port', '0'], 101, /"0" for --port/],
  ['with an OOM score of 1001', ['--allow', '::1', '--oom-score-adj=1001'], 101, /from -1000 to/],
  ['with no jobs', ['--allow', '::1', '-j0'], 101, /"0" for --jobs/],
  ['with a bad network', ['--allow', '10.0.0.0/33'], 101, /network "10\.0\.0\.0\/33"/],
  ['with an unknown option', ['--allow', '::1', '--bogus-option'], 101, /[Uu]nknown option/],
  [
    'with a compiler that is not there',
    ['--allow', '::1', '--allow-compiler', 'gcc-99'],
    110,
    /gcc-99/,
  ],
  ['with a log it cannot write', ['--allow', '::1', '--log-file', '/no/such/log'], 107, /ENOENT/],
  [
    'with an unknown log level',
    ['--allow', '::1', '--log-level', 'loud'],
    101,
    /"loud": want one of/,
  ],
] as const) {
  for (const detaching of [['--no-detach'], []]) {
    test(`distccd ${title} does not start${detaching.length > 0 ? '' : ', detached'}: ${code}`, async (t) => {
      const port = args.some((word) => /port|^-p/.test(word))
        ? []
        : ['-p', String(await findFreePort())];
      // Root's daemon becomes a user who may not write where coverage is collected.
      const env = { NODE_V8_COVERAGE: '' };
      const result = await runCli(t, 'distccd', [...detaching, ...port, ...args], { env });
      t.deepEqual([result.code, result.stdout], [code, '']);
      t.regex(result.stderr, message);
      t.is(result.stderr.split('\n').length, 2, 'one line');
    });
  }
}

test('distccd does not start when it is to keep to a list that it does not read', async (t) => {
  const port = String(await findFreePort());
  const env = { DISTCC_CMDLIST: '/etc/commands', NODE_V8_COVERAGE: '' };
  // It would serve for a second without the list, and end with 0.
  const args = ['--no-detach', '--listen', '127.0.0.1', '-p', port, '--lifetime', '1'];
  const result = await runCli(t, 'distccd', args, { env });
  t.deepEqual([result.code, result.stdout], [101, '']);
  t.regex(result.stderr, /^distccd: Cannot keep to DISTCC_CMDLIST: .*\n$/);
});

test('distccd --help and --version print and end with 0', async (t) => {
  const help = await runCli(t, 'distccd', ['--help']);
  t.regex(help.stdout, /Usage:[^]*--allow/);
  const version = await runCli(t, 'distccd', ['--version']);
  t.regex(
    version.stdout,
    /^distccd \d+\.\d+\.\d+ \S+\n {2}\(protocols .*\) \(default port 3632\)\n/,
  );
  t.deepEqual([help.code, version.code, help.stderr, version.stderr], [0, 0, '', '']);
});

test('distccd on loopback alone needs no access list', async (t) => {
  const port = await findFreePort();
  const args = [
    '--no-detach',
    '--listen',
    '127.0.0.1',
    '-p',
    String(port),
    '--lifetime',
    '1',
    ...asRoot,
  ];
  const result = await runCli(t, 'distccd', args);
  t.is(result.code, 0);
  t.regex(result.stderr, new RegExp(`listening on port ${port}, \\d+ jobs\n.*stopping\n$`));
});

test('distccd listens on IPv6 and IPv4 unless it is told otherwise', async (t) => {
  const port = await findFreePort();
  const args = ['--no-detach', '--allow-private', '-p', String(port), '--lifetime', '2', ...asRoot];
  const connects = (host: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = net.connect(port, host);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
  const running = runCli(t, 'distccd', args);
  await waitUntil('it listens on IPv4', () => connects('127.0.0.1'));
  t.true(await connects('::1'));
  t.is((await running).code, 0);
});

/** Start a daemon with a pid file; stop it with SIGTERM, and look at what is left. */
async function stopDaemon(t: ExecutionContext, daemon: RunningDaemon): Promise<void> {
  const log = path.join(path.dirname(daemon.tmp), 'log');
  daemon.process.kill('SIGTERM');
  await waitUntil('it has ended', () => daemon.process.exitCode !== null);
  t.is(daemon.process.exitCode, 0);
  t.deepEqual(await readdir(daemon.tmp), []);
  t.regex(await readFile(log, 'utf8'), /^distccd\[\d+\] listening on port .*\n[^]* stopping\n/);
}

test('distccd writes its pid file when it listens and removes it when it stops', async (t) => {
  const file = path.join(await makeFolder(t), 'pid');
  const daemon = await startOurDistccd(t, { args: ['--pid-file', file] });
  // The port is open a moment before: the file says that it is this daemon's.
  await waitUntil('it is written', () => existsSync(file) && readFileSync(file, 'utf8') !== '');
  t.is(readFileSync(file, 'utf8'), `${daemon.process.pid ?? 0}\n`);
  await stopDaemon(t, daemon);
  t.false(existsSync(file));
});

test('distccd that is stopped leaves no compiler, no folder and no client waiting', async (t) => {
  const args = ['--allow-compiler', fixture('cc-forever'), '--drain', '0'];
  const daemon = await startOurDistccd(t, { args });
  const waiting = t.throwsAsync(send(daemon, compileA('cc-forever.sh')));
  const pids = await waitForCompiler(daemon);
  await stopDaemon(t, daemon);
  for (const pid of pids) t.false(isRunning(pid));
  t.regex((await waiting).message, /closed|ended/);
});

/** The folders of jobs: each daemon has a folder of its own for them. */
async function listJobs(tmp: string): Promise<string[]> {
  const own = (await readdir(tmp)).map((name) => path.join(tmp, name));
  const jobs = await Promise.all(own.map((folder) => readdir(folder).catch(() => [])));
  return jobs.flatMap((names, index) => names.map((name) => path.join(own[index] ?? '', name)));
}

/** The pids of cc-forever and what it started. */
async function waitForCompiler({ tmp }: RunningDaemon): Promise<number[]> {
  let pids: number[] = [];
  await waitUntil('the compiler runs', async () => {
    const folder = (await listJobs(tmp))[0] ?? '';
    const file = path.join(folder, 'cc-forever.pids');
    const text = await readFile(file, 'utf8').catch(() => '');
    pids = text.split(' ').filter(Boolean).map(Number);
    return pids.length === 2;
  });
  return pids;
}

test('distccd ends a compiler’s whole group when its client leaves', async (t) => {
  const args = ['--allow-compiler', fixture('cc-forever')];
  const daemon = await startOurDistccd(t, { args });
  const stop = new AbortController();
  const left = t.throwsAsync(send(daemon, compileA('cc-forever.sh'), { signal: stop.signal }));
  const pids = await waitForCompiler(daemon);
  stop.abort(new Error('The client leaves'));
  await left;
  for (const pid of pids) await waitUntil(`${pid} has ended`, () => !isRunning(pid));
  await waitUntil('its folder is gone', async () => (await listJobs(daemon.tmp)).length === 0);
  t.is((await send(daemon, compileA('gcc'))).status, 0);
});

test('distccd ends a job after --job-lifetime', async (t) => {
  const args = ['--allow-compiler', fixture('cc-forever'), '--job-lifetime', '1'];
  const daemon = await startOurDistccd(t, { args });
  const response = await send(daemon, compileA('cc-forever.sh'));
  t.is(response.status, 0x7600);
  t.deepEqual(await listJobs(daemon.tmp), []);
});

test('distccd gives compilers nothing of its own environment but what they need', async (t) => {
  const folder = await makeFolder(t);
  const compiler = path.join(folder, 'cc-env');
  const script = '#!/bin/sh\nenv | sort >&2\nexit 1\n';
  await writeFile(compiler, script, { mode: 0o755 });
  const searchPath = '/usr/bin:/bin:/no/such/folder';
  const env = { SECRET: 'hidden', DISTCC_HOSTS: 'red', LANG: 'C.UTF-8', DISTCCD_PATH: searchPath };
  const daemon = await startOurDistccd(t, { args: ['--allow-compiler', compiler], env });
  const lines = messagesOf(await send(daemon, compileA('cc-env')))
    .trimEnd()
    .split('\n');
  t.true(lines.includes(`PATH=${searchPath}`));
  const names = lines.map((line) => line.replace(/=.*/, ''));
  t.deepEqual(
    // Node hands NODE_V8_COVERAGE on by itself, where coverage is collected.
    names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_', 'NODE_V8_COVERAGE'].includes(name)),
    ['LANG', 'LC_ALL', 'PATH', 'TMPDIR', '_DISTCC_SAFEGUARD'],
  );
});

test('distccd --oom-score-adj is for its compilers too', async (t) => {
  const compiler = path.join(await makeFolder(t), 'cc-oom');
  const script = '#!/bin/sh\ncat /proc/self/oom_score_adj >&2\nexit 1\n';
  await writeFile(compiler, script, { mode: 0o755 });
  const args = ['--allow-compiler', compiler, '--oom-score-adj', '900'];
  const daemon = await startOurDistccd(t, { args });
  t.is(messagesOf(await send(daemon, compileA('cc-oom'))), '900\n');
});

test('distccd finds compilers on DISTCCD_PATH', async (t) => {
  const env = { DISTCCD_PATH: '/no/such/folder' };
  const daemon = await startOurDistccd(t, { env, args: ['--allow-compiler', fixture('cc-fails')] });
  t.is((await send(daemon, compileA('gcc'))).status, 0x6e00);
  t.is((await send(daemon, compileA('cc-fails.sh'))).status, 0x300);
});

test('distccd --enable-tcp-insecure runs any program and says which is not there', async (t) => {
  const daemon = await startOurDistccd(t, { args: ['--enable-tcp-insecure'] });
  t.is((await send(daemon, ['true', '-c', 'a.c', '-o', 'a.o'])).status, 0);
  const missing = await send(daemon, compileA('nosuchcc'));
  t.is(missing.status, 0x6e00);
  t.regex(messagesOf(missing), /^distccd: Cannot run "nosuchcc": failed to exec: ENOENT\n$/);
});

test('distccd detaches: its parent ends once it listens, and it ends with SIGTERM', async (t) => {
  const folder = await makeFolder(t);
  const port = await findFreePort();
  const pidFile = path.join(folder, 'pid');
  const logFile = path.join(folder, 'log');
  const files = ['--pid-file', pidFile, '--log-file', logFile];
  const args = ['--daemon', '--listen', '127.0.0.1', '-p', String(port), ...files];
  const parent = await runCli(t, 'distccd', args, { env: { TMPDIR: folder } });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  t.teardown(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  t.deepEqual([parent.code, parent.stdout, parent.stderr], [0, '', '']);
  t.is((await send({ port }, compileA('gcc'))).status, 0);
  const second = await runCli(t, 'distccd', args);
  t.is(second.code, 102);
  t.regex(second.stderr, new RegExp(`^distccd: Cannot listen on 127.0.0.1:${port}: EADDRINUSE\n$`));
  t.true(existsSync(pidFile), 'the second one has not touched the first one’s file');
  process.kill(pid, 'SIGTERM');
  await waitUntil('it has ended', () => !isRunning(pid));
  t.false(existsSync(pidFile));
  t.regex(readFileSync(logFile, 'utf8'), /stopping\n$/);
});

test('distccd --no-detach ends with 102 when its port is taken', async (t) => {
  const { port } = await startOurDistccd(t);
  const args = ['--no-detach', '--listen', '127.0.0.1', '-p', String(port)];
  const result = await runCli(t, 'distccd', args);
  t.is(result.code, 102);
  t.is(result.stderr, `distccd: Cannot listen on 127.0.0.1:${port}: EADDRINUSE\n`);
});

test('distccd ends with 107 when it cannot write its pid file, and leaves its port', async (t) => {
  const port = String(await findFreePort());
  const args = ['--no-detach', '--listen', '127.0.0.1', '-p', port, '--pid-file', '/no/such/pid'];
  const result = await runCli(t, 'distccd', args);
  t.is(result.code, 107);
  t.regex(result.stderr, /^distccd: Cannot write the pid file "\/no\/such\/pid": ENOENT\n$/);
});

for (const words of [['--auth'], ['--show-principal'], ['--blacklist=/x'], ['--whitelist', '/x']]) {
  test(`distccd ${words.join(' ')} does not start, and says what does the same`, async (t) => {
    const { code, stderr } = await runCli(t, 'distccd', ['--allow', '127.0.0.1', ...words]);
    t.is(code, 101);
    t.regex(stderr, /^distccd: Cannot do --[\w-]+: GSS-API is not built in, want --tls .*\n$/);
  });
}
