import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Blacklist } from '../../src/blacklist/index.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeProject } from '../helpers/make-project.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import { startLiar, makeLiars } from '../helpers/start-liar.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { startSshd } from '../helpers/start-sshd.ts';

const DAY_MS = 86_400_000;

/** A user who audits every job, and a project whose a.c says 42. */
async function makeUser(t: ExecutionContext, more: Readonly<Record<string, string>> = {}) {
  const folder = await makeProject(t);
  const state = path.join(folder, 'state');
  const env = { DISTCC_DIR: state, DISTCC_AUDIT: '100%', DISTCC_FALLBACK: '0', ...more };
  const distcc = async (args: readonly string[], own: Readonly<Record<string, string>> = {}) => {
    const result = await runCli(t, 'distcc', args, { cwd: folder, env: { ...env, ...own } });
    t.deepEqual(result.leftovers, []);
    return result;
  };
  const compile = (hosts: string, args = ['gcc', '-c', 'a.c', '-o', 'a.o']) =>
    distcc(args, { DISTCC_HOSTS: hosts });
  const blacklist = new Blacklist({ folder: state });
  const audits = path.join(state, 'audits');
  return { folder, state, env, distcc, compile, blacklist, audits };
}

type User = Awaited<ReturnType<typeof makeUser>>;

/** What the compiler of this machine makes of the project's a.c. */
async function compileHonestly(t: ExecutionContext, { folder }: User): Promise<Buffer> {
  const { code } = await run(t, ['gcc', '-c', 'a.c', '-o', 'honest.o'], { cwd: folder });
  t.is(code, 0);
  return readFile(path.join(folder, 'honest.o'));
}

/** The right object was written, and this port alone is benched for a day. */
async function checkCaught(t: ExecutionContext, user: User, port: number): Promise<void> {
  const object = readFileSync(path.join(user.folder, 'a.o'));
  t.true(object.equals(await compileHonestly(t, user)), 'the wrong object is never written');
  const records = user.blacklist.list();
  t.deepEqual(
    records.map((record) => [record.port, record.isBenched, record.until - record.failedAt]),
    [[port, true, DAY_MS]],
  );
}

// Without a broker, whoever has the larger limit is nearly always the first.
for (const [title, env, limits] of [
  ['', {}, [1, 1]],
  [' without a broker, when it is the first', { DISTCC_BROKER: '0' }, [1000, 1]],
  [' without a broker, when it is the second', { DISTCC_BROKER: '0' }, [1, 1000]],
] as const) {
  test(`an audit catches a host that compiles other code${title}`, async (t) => {
    const user = await makeUser(t, env);
    const [liar, honest] = [await startLiar(t), await startOurDistccd(t)];
    const hosts = `127.0.0.1:${liar.port}/${limits[0]} 127.0.0.1:${honest.port}/${limits[1]}`;
    const { code, stdout, stderr } = await user.compile(hosts);
    t.deepEqual([code, stdout], [0, '']);
    const [kept = ''] = readdirSync(user.audits);
    const place = path.join(user.audits, kept);
    t.is(
      stderr.replace(/\[\d+\]/, ''),
      `distcc Warning: the object of "a.c" by 127.0.0.1:${liar.port} is not what the compiler here makes (section .text differs): it is not used, its host is left alone for a day, and what that compiled before may be wrong too; see ${place}\n`,
    );
    await checkCaught(t, user, liar.port);
    checkKept(t, place, { liar: liar.port, honest: honest.port });
    // The day has begun: nobody sends it anything, and who is left is audited here.
    const before = await liar.readLog();
    const again = await user.compile(hosts);
    t.deepEqual([again.code, again.stderr], [0, '']);
    t.is(await liar.readLog(), before);
    const { stdout: list } = await runCli(t, 'lsdistcc', ['--blacklist'], { env: user.env });
    t.regex(list, /^127\.0\.0\.1:\d+\t1\t86\d{3}\taudit: its object of "a\.c" is not what .*\n$/);
    const vetted = await runCli(t, 'lsdistcc', ['--explain', `127.0.0.1:${liar.port}`], {
      env: user.env,
    });
    t.is(vetted.code, 1);
    t.regex(vetted.stderr, /blacklisted/);
  });
}

/** Both objects and the text, for this user alone. */
function checkKept(t: ExecutionContext, folder: string, ports: { liar: number; honest: number }) {
  t.deepEqual(readdirSync(folder).sort(), [
    'first.o',
    'here.o',
    'report.json',
    'second.o',
    'text.i',
  ]);
  t.is(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) {
    t.is(statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
  }
  const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as Report;
  t.deepEqual(report.command, ['gcc', '-c', 'a.c', '-o', 'a.o']);
  t.true(Math.abs(Date.parse(report.at) - Date.now()) < DAY_MS);
  t.deepEqual(
    report.objects.map(({ address, differs = '' }) => [address, differs]).sort(),
    [
      ['', ''],
      [`127.0.0.1:${ports.honest}`, ''],
      [`127.0.0.1:${ports.liar}`, 'section .text differs'],
    ].sort(),
  );
  t.regex(readFileSync(path.join(folder, 'text.i'), 'utf8'), /return 42;/);
  const object = (wrong: boolean) =>
    report.objects.find(({ differs }) => (differs !== undefined) === wrong)?.file ?? '';
  const [wrong, right] = [object(true), object(false)].map((name) =>
    readFileSync(path.join(folder, name)),
  );
  t.false(wrong?.equals(right ?? Buffer.alloc(0)));
}

interface Report {
  readonly at: string;
  readonly command: readonly string[];
  readonly objects: readonly {
    readonly file: string;
    readonly address: string;
    readonly differs?: string;
  }[];
}

test('an audit of the only host is done here, and --stats tells what it found', async (t) => {
  const user = await makeUser(t);
  const liar = await startLiar(t);
  const hosts = `127.0.0.1:${liar.port}`;
  // No 42 is in it: there is nothing that could be changed.
  t.deepEqual(await user.compile(hosts, ['gcc', '-c', 'b.c']).then(({ stderr }) => stderr), '');
  const log = path.join(user.folder, 'log');
  const command = ['gcc', '-c', 'a.c', '-o', 'a.o'];
  const caught = await user.distcc(command, { DISTCC_HOSTS: hosts, DISTCC_LOG: log });
  t.is(caught.code, 0);
  t.regex(caught.stderr, /^distcc\[\d+\] Warning: the object of "a\.c" by .*\n$/);
  t.true(readFileSync(log, 'utf8').includes(caught.stderr), 'on standard error and in the log');
  await checkCaught(t, user, liar.port);
  const { stdout } = await user.distcc(['--stats']);
  t.regex(stdout, /^Since .*: 2 remote, 0 local, 2 audited with 1 different\n/);
  t.regex(stdout, new RegExp(`^ +2  127\\.0\\.0\\.1:${liar.port}, \\d+ ms, 1 wrong$`, 'm'));
  t.regex(stdout, /^\d{4}-.*: the object of "a\.c" by 127\.\S+ is not what .*; see .*audits/m);
  const json = await user.distcc(['--stats', '--json']);
  const stats = JSON.parse(json.stdout) as Record<string, unknown>;
  t.deepEqual([stats['audited'], stats['differences']], [2, 1]);
  t.like((stats['hosts'] as unknown[])[0], { address: hosts, jobs: 2, differences: 1 });
  await user.distcc(['--stop']);
  // What was kept is told when the broker is long gone.
  t.regex((await user.distcc(['--stats'])).stdout, /counted\n\d{4}-.*see .*audits/);
});

test('an audit over TLS and through ssh catches a liar, too', async (t) => {
  const farm = await makeAuthority(t);
  const served = await farm.issue('red', { names: ['IP:127.0.0.1'], usages: ['serverAuth'] });
  const own = await farm.issue('me', { usages: ['clientAuth'] });
  const port = await findFreePort();
  const liar = { args: ['--tls', '--tls-port', String(port)], env: { DISTCC_TLS_DIR: served } };
  await startLiar(t, { ...liar, args: [...liar.args, '--plain'] });
  const overTls = await makeUser(t, { DISTCC_TLS_DIR: own });
  const caught = await overTls.compile(`127.0.0.1:${port},tls`);
  t.regex(caught.stderr, /by 127\.0\.0\.1:\d+ is not what the compiler here makes/);
  await checkCaught(t, overTls, port);
  const search = `PATH=${await makeLiars(t)}:/usr/bin:/bin`;
  const sshd = await startSshd(t, { distccd: ['env', search, ...commandOf('distccd')] });
  const throughSsh = await makeUser(t, { DISTCC_SSH: sshd.ssh });
  const { stderr } = await throughSsh.compile('@127.0.0.1/4');
  t.regex(stderr, /by @127\.0\.0\.1 is not what the compiler here makes/);
  await checkCaught(t, throughSsh, 0);
  await throughSsh.distcc(['--stop']);
});

test('where no compiler here can decide, neither object is used and nobody is benched', async (t) => {
  const user = await makeUser(t);
  const name = 'sparc-linux-gnu-gcc';
  const honest = await makeFolder(t);
  await writeFile(path.join(honest, name), '#!/bin/sh\nexec gcc "$@"\n', { mode: 0o755 });
  const others = process.env['PATH'] ?? '';
  const start = (folder: string) =>
    startOurDistccd(t, { env: { PATH: `${folder}:${others}` } }).then(({ port }) => port);
  const ports = [await start(honest), await start(await makeLiars(t, { [name]: 'gcc' }))] as const;
  await writeFile(path.join(user.folder, 'x.i'), 'int x(void) { return 42; }\n');
  const command = [name, '-c', 'x.i'];
  const { code, stderr } = await user.compile(ports.map((port) => `127.0.0.1:${port}`).join(' '), [
    ...command,
  ]);
  t.not(code, 0);
  t.regex(stderr, /differ, and the compiler here cannot say .*: neither is used, .* see \S*audits/);
  t.false(existsSync(path.join(user.folder, 'x.o')));
  t.deepEqual(user.blacklist.list(), []);
  t.is(readdirSync(user.audits).length, 1);
  const alone = await user.compile(`127.0.0.1:${ports[0]}`, command);
  t.deepEqual([alone.code, alone.stderr], [0, ''], 'what nobody can audit is used');
});

test('an audit accuses nobody of what two compilations here change, too', async (t) => {
  const user = await makeUser(t, { DISTCC_VERBOSE: '1' });
  // The text does not say what it was made of, so its assembly has the name that a host gives it.
  const hosts = [await startOurDistccd(t), await startOriginalDistccd(t)];
  const list = hosts.map(({ port }) => `127.0.0.1:${port}`).join(' ');
  await writeFile(path.join(user.folder, 'odd.i'), 'int odd(void) { return 1; }\n');
  const { code, stderr } = await user.compile(list, ['gcc', '-S', 'odd.i']);
  t.is(code, 0, stderr);
  t.regex(stderr, /no audit: two compilations here make different objects, too/);
  t.deepEqual(user.blacklist.list(), []);
  t.false(existsSync(user.audits));
});

test('DISTCC_AUDIT=0% audits nothing, and so does none', async (t) => {
  const user = await makeUser(t);
  const liar = await startLiar(t);
  for (const own of [{ DISTCC_AUDIT: '0%' }, {}]) {
    const env = { ...user.env, ...own, DISTCC_HOSTS: `127.0.0.1:${liar.port}` };
    const { DISTCC_AUDIT, ...unset } = env;
    const given = 'DISTCC_AUDIT' in own ? { ...unset, DISTCC_AUDIT } : unset;
    const { code, stderr } = await runCli(t, 'distcc', ['gcc', '-c', 'a.c'], {
      ...{ cwd: user.folder, env: given },
    });
    t.deepEqual([code, stderr], [0, '']);
  }
  t.false(existsSync(user.audits));
  t.regex((await user.distcc(['--stats'])).stdout, /^Since .*: 2 remote, 0 local\n/);
});

const flags = [
  ['-O2', '-c'],
  ['-g', '-c'],
  ['-O2', '-g3', '-gz', '-c'],
  ['-O2', '-S'],
  ['-O2', '-flto', '-c'],
];

test('DISTCC_AUDIT=100% accuses nobody of 20 honest files', async (t) => {
  const user = await makeUser(t);
  const hosts = [await startOurDistccd(t), await startOriginalDistccd(t)];
  const list = hosts.map(({ port }) => `127.0.0.1:${port}/2,lzo`).join(' ');
  const compilers = ['gcc', 'g++', 'clang', 'clang++'];
  const jobs = compilers.flatMap((compiler) => flags.map((words) => [compiler, ...words] as const));
  const ended = jobs.map(async ([compiler, ...words], number) => {
    const isCpp = compiler.endsWith('++');
    const source = `f${number}.${isCpp ? 'cc' : 'c'}`;
    await writeFile(path.join(user.folder, source), isCpp ? cppText(number) : cText(number));
    const command = [compiler, ...words, source, '-o'];
    const { code, stderr } = await user.compile(list, [...command, `f${number}.out`]);
    t.deepEqual([code, stderr], [0, ''], command.join(' '));
    if (words.includes('-flto') || words.some((word) => word.startsWith('-g'))) return;
    await run(t, [...command, `f${number}.own`], { cwd: user.folder });
    const [remote, own] = [`f${number}.out`, `f${number}.own`].map((name) =>
      readFileSync(path.join(user.folder, name)),
    );
    t.true(remote?.equals(own ?? Buffer.alloc(0)), command.join(' '));
  });
  await Promise.all(ended);
  const { stdout } = await user.distcc(['--stats']);
  // gcc's link-time code is made here: it has random names, and is the linker's matter.
  t.regex(stdout, /^Since .*: 16 remote, 4 local, 16 audited with 0 different\n/);
  t.deepEqual(user.blacklist.list(), []);
});

function cText(number: number): string {
  return `#include <stdio.h>
#define TWICE(x) ((x) * 2)
static const char *names[] = { "größer", __FILE__ };
static int helper${number}(int x) { return TWICE(x) + ${number}; }
int run${number}(int x) { return printf("%s %d\\n", names[x & 1], helper${number}(x)); }
`;
}

function cppText(number: number): string {
  return `#include <string>
namespace { struct Start { Start(); std::string text; } start; }
Start::Start() : text("started") {}
template <typename T> T scaled(T value) { static T count; return value * ++count; }
unsigned long run${number}(int x) { return start.text.size() + scaled(x) + scaled(0.5); }
`;
}
