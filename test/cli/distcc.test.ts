import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeProject } from '../helpers/make-project.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { fixture, programFile } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { killGroup, run, runCli } from '../helpers/run.ts';
import type { Run, RunOptions } from '../helpers/run.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { startServer } from '../server/start-server.ts';

const compileA = ['gcc', '-c', 'a.c', '-o', 'a.o'];

interface Job extends RunOptions {
  readonly hosts: string;
}

/** Run distcc in a new project; nothing may be left in its TMPDIR. */
async function distcc(
  t: ExecutionContext,
  args: readonly string[],
  { hosts, ...options }: Job,
): Promise<Run & { readonly folder: string }> {
  const folder = options.cwd ?? (await makeProject(t));
  const env = { DISTCC_HOSTS: hosts, ...options.env };
  const result = await runCli(t, 'distcc', args, { ...options, cwd: folder, env });
  t.deepEqual(result.leftovers, []);
  return { ...result, folder };
}

const isObject = async (file: string): Promise<boolean> =>
  (await readFile(file)).toString('latin1', 1, 4) === 'ELF';

test('distcc --version begins as the original’s does', async (t) => {
  const { code, stdout, stderr } = await distcc(t, ['--version'], { hosts: '' });
  t.regex(stdout, /^distcc \d+\.\d+\.\d+ \S+\n {2}\(protocols .*\) \(default port 3632\)\n/);
  t.deepEqual([code, stderr], [0, '']);
});

test('distcc --help shows usage on standard output', async (t) => {
  const { code, stdout, stderr } = await distcc(t, ['--help'], { hosts: '' });
  t.regex(stdout, /^Usage:$/m);
  t.deepEqual([code, stderr], [0, '']);
});

test('distcc without words ends with 101', async (t) => {
  const { code, stdout, stderr } = await distcc(t, [], { hosts: '' });
  t.deepEqual([code, stdout], [101, '']);
  t.regex(stderr, /^distcc: No command: .*\n$/);
});

test('distcc --show-hosts prints the entries as they are written, -j their sum', async (t) => {
  const hosts = '--randomize red green:4200/3,lzo # comment\n[::1]/2\nlocalhost blue,down';
  const shown = await distcc(t, ['--show-hosts'], { hosts });
  t.is(shown.stdout, 'red\ngreen:4200/3,lzo\n[::1]/2\nlocalhost\nblue,down\n');
  t.is((await distcc(t, ['-j'], { hosts })).stdout, `${4 + 3 + 2 + 2 + 4}\n`);
});

test('distcc --scan-includes exits 100 and tells the log alone', async (t) => {
  const folder = await makeProject(t);
  const env = { DISTCC_LOG: path.join(folder, 'log') };
  const words = ['--scan-includes', ...compileA];
  const { code, stdout, stderr } = await distcc(t, words, { hosts: '', cwd: folder, env });
  t.deepEqual([code, stdout, stderr], [100, '', '']);
  t.regex(await readFile(env.DISTCC_LOG, 'utf8'), /ERROR: Cannot scan includes/);
});

for (const option of ['--show-hosts', '-j']) {
  for (const [hosts, code] of [
    ['red:99999', 106],
    ['red, green', 106],
    ['::1', 106],
    ['', 116],
    ['  # nothing', 116],
  ] as const) {
    test(`distcc ${option} ends with ${code} for the host list "${hosts}"`, async (t) => {
      const result = await distcc(t, [option], { hosts });
      t.deepEqual([result.code, result.stdout], [code, '']);
      t.regex(result.stderr, /^distcc: .+\n$/);
    });
  }
}

for (const option of ['', ',lzo']) {
  test(`distcc compiles on a host of DISTCC_HOSTS${option}, and says nothing`, async (t) => {
    const server = await startServer(t);
    const hosts = `127.0.0.1:${server.port}${option}`;
    const result = await distcc(t, compileA, { hosts, env: { DISTCC_FALLBACK: '0' } });
    t.deepEqual([result.code, result.stdout, result.stderr], [0, '', '']);
    t.true(await isObject(path.join(result.folder, 'a.o')));
    t.is(server.lines.length, 1);
  });
}

test('distcc takes its hosts from $DISTCC_DIR/hosts when no variable is set', async (t) => {
  const server = await startServer(t);
  const folder = await makeProject(t);
  await writeFile(path.join(folder, 'hosts'), `127.0.0.1:${server.port} # here\n`);
  const env = { DISTCC_DIR: folder, DISTCC_FALLBACK: '0' };
  const result = await runCli(t, 'distcc', compileA, { cwd: folder, env });
  t.is(result.code, 0, result.stderr);
  t.is(server.lines.length, 1);
});

test('distcc finds a host by its name', async (t) => {
  const server = await startServer(t);
  const hosts = `localhost:${server.port}`;
  t.is((await distcc(t, compileA, { hosts, env: { DISTCC_FALLBACK: '0' } })).code, 0);
});

test('distcc takes cc for the compiler that is not named', async (t) => {
  const server = await startServer(t);
  const hosts = `127.0.0.1:${server.port}`;
  const result = await distcc(t, ['-c', 'a.c'], { hosts, env: { DISTCC_FALLBACK: '0' } });
  t.is(result.code, 0, result.stderr);
  t.true(await isObject(path.join(result.folder, 'a.o')));
  t.regex(server.lines.join(), / cc a\.c: exit code 0/);
});

test('distcc called by a link named gcc is gcc, on other machines', async (t) => {
  const server = await startServer(t);
  const [folder, masks] = [await makeProject(t), await makeMasks(t)];
  await writeFile(path.join(folder, 'Makefile'), 'a.o: a.c\n\tgcc -c a.c -o a.o\n');
  const env = {
    PATH: `${masks}:${process.env['PATH'] ?? ''}`,
    DISTCC_HOSTS: `127.0.0.1:${server.port}`,
    DISTCC_FALLBACK: '0',
  };
  const made = await run(t, ['make', '-s'], { cwd: folder, env });
  t.deepEqual([made.code, made.stderr], [0, '']);
  t.is(server.lines.length, 1);
  const version = await run(t, ['gcc', '--version'], { cwd: folder, env });
  t.is(version.stdout, (await run(t, ['gcc', '--version'])).stdout);
});

/** A folder in which `gcc` is a link to our distcc. */
async function makeMasks(t: ExecutionContext): Promise<string> {
  await chmod(programFile('distcc'), 0o755); // as npm does when it installs
  const masks = await makeFolder(t);
  await symlink(programFile('distcc'), path.join(masks, 'gcc'));
  return masks;
}

test('distcc below distcc ends with 111, unless a link leads on to the compiler', async (t) => {
  const env = { _DISTCC_SAFEGUARD: '1' };
  const nested = await distcc(t, compileA, { hosts: '', env });
  t.is(nested.code, 111);
  t.regex(nested.stderr, /^distcc: .*itself\n$/);
  const masks = await makeMasks(t);
  const onPath = { ...env, PATH: `${masks}:${process.env['PATH'] ?? ''}` };
  const cwd = await makeProject(t);
  t.is((await run(t, ['gcc', '-c', 'a.c'], { cwd, env: onPath })).code, 0);
});

test('distcc does not go round in a circle with a script that calls it back', async (t) => {
  const masks = await makeMasks(t);
  const bin = await makeFolder(t);
  const back = `#!/bin/sh\nexec ${path.join(masks, 'gcc')} "$@"\n`;
  await writeFile(path.join(bin, 'gcc'), back, { mode: 0o755 });
  const env = { PATH: `${masks}:${bin}:${process.env['PATH'] ?? ''}`, DISTCC_HOSTS: '' };
  const result = await run(t, ['gcc', '-c', 'a.c'], { cwd: await makeProject(t), env });
  t.is(result.code, 111, result.stderr);
});

test('distcc compiles here when no host can, and says so in one line', async (t) => {
  const port = await findFreePort();
  const result = await distcc(t, compileA, { hosts: `127.0.0.1:${port}` });
  t.is(result.code, 0);
  const reason = `failed to distribute to 127.0.0.1:${port}: Cannot connect to 127.0.0.1:${port}: ECONNREFUSED`;
  t.is(withoutPid(result.stderr), `distcc Warning: ${reason}\n`);
  t.true(await isObject(path.join(result.folder, 'a.o')));
});

const withoutPid = (text: string): string => text.replaceAll(/\[\d+\]/g, '');

for (const [title, hosts] of [
  ['an empty list', ''],
  ['a port of 99999', 'red:99999'],
  ['a stray comma', 'red, green'],
  ['an unresolvable name', '256.256.256.256'],
  ['hosts that are all down', 'red,down green,down'],
] as const) {
  test(`distcc compiles here with ${title} and says why, or ends with 116`, async (t) => {
    const here = await distcc(t, compileA, { hosts });
    t.is(here.code, 0);
    t.regex(withoutPid(here.stderr), /^distcc Warning: .+\n$/);
    const env = { DISTCC_FALLBACK: '0' };
    const nowhere = await distcc(t, compileA, { hosts, env });
    t.is(nowhere.code, 116);
    t.regex(withoutPid(nowhere.stderr), /^distcc Warning: .+\ndistcc ERROR: .+\n$/);
    t.false(existsSync(path.join(nowhere.folder, 'a.o')));
  });
}

test('distcc ends with 110 when there is no such compiler, here or there', async (t) => {
  const server = await startServer(t);
  const hosts = `127.0.0.1:${server.port}`;
  const here = await distcc(t, ['nosuchcc', '-c', 'ready.i'], { hosts: '' });
  t.is(here.code, 110);
  t.regex(here.stderr, /Cannot run "nosuchcc": failed to exec: ENOENT\n$/);
  const env = { DISTCC_FALLBACK: '0' };
  const there = await distcc(t, ['nosuchcc', '-c', 'ready.i'], { hosts, env });
  t.is(there.code, 110);
  t.regex(there.stderr, /the compiler "nosuchcc" is not allowed here/);
});

test('distcc gives a compiler’s own code and words, once', async (t) => {
  const server = await startServer(t);
  const hosts = `127.0.0.1:${server.port}`;
  const local = await run(t, ['gcc', '-c', 'bad.c'], { cwd: await makeProject(t) });
  const fallen = await distcc(t, ['gcc', '-c', 'bad.c'], { hosts });
  t.deepEqual([fallen.code, fallen.stderr], [local.code, local.stderr]);
  for (const env of [{ DISTCC_FALLBACK: '0' }, { DISTCC_SKIP_LOCAL_RETRY: '1' }]) {
    const remote = await distcc(t, ['gcc', '-c', 'bad.c'], { hosts, env });
    t.is(remote.code, 1);
    t.regex(remote.stderr, /^bad\.c: In function .*\nbad\.c:1:\d+: error/);
    t.false(existsSync(path.join(remote.folder, 'bad.o')));
  }
});

test('distcc shows a remote compiler’s warnings and still succeeds', async (t) => {
  const server = await startServer(t);
  const hosts = `127.0.0.1:${server.port}`;
  const args = ['gcc', '-Wall', '-c', 'warn.c'];
  const { code, stderr, stdout } = await distcc(t, args, { hosts });
  t.deepEqual([code, stdout], [0, '']);
  t.regex(stderr, /warning: #warning careful/);
  t.regex(stderr, /warning: unused variable/);
});

test('distcc gives 128 and the signal that ended a compiler, here or there', async (t) => {
  const server = await startServer(t);
  const crash = [fixture('cc-crashes'), '-c', 'ready.i'];
  t.is((await distcc(t, crash, { hosts: 'localhost' })).code, 139);
  const hosts = `127.0.0.1:${server.port}`;
  const there = await distcc(t, crash, { hosts, env: { DISTCC_FALLBACK: '0' } });
  t.is(there.code, 139);
  t.regex(there.stderr, /did not compile: signal SIGSEGV/);
});

test('distcc goes on to the next host when one does not compile', async (t) => {
  const dead = await findFreePort();
  const server = await startServer(t);
  // Without a broker a limit of a million comes first for certain.
  const hosts = `127.0.0.1:${dead}/1000000 127.0.0.1:${server.port}/1`;
  const env = { DISTCC_FALLBACK: '0', DISTCC_BROKER: '0' };
  const { code, stderr } = await distcc(t, compileA, { hosts, env });
  t.is(code, 0);
  t.regex(withoutPid(stderr), /^distcc Warning: failed to distribute to .*ECONNREFUSED\n$/);
  t.is(server.lines.length, 1);
});

test('distcc compiles here what reads more files of this machine', async (t) => {
  const server = await startServer(t);
  const hosts = `127.0.0.1:${server.port}`;
  t.is((await distcc(t, ['gcc', '-c', 'blob.c'], { hosts })).code, 0);
  t.deepEqual(server.lines, []);
});

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  test(`distcc ended by ${signal} ends its compiler and dies of the same signal`, async (t) => {
    const folder = await makeProject(t);
    const pidFile = path.join(folder, 'cc-forever.pids');
    const args = [fixture('cc-forever'), '-c', 'ready.i'];
    const result = await distcc(t, args, {
      hosts: 'localhost',
      cwd: folder,
      onStart: (child) => {
        void waitUntil('the compiler runs', () => existsSync(pidFile)).then(() =>
          child.kill(signal),
        );
        // What the compiler started shares the group, which a terminal reaches and we do not.
        child.once('exit', () => {
          const [compiler = 0] = readFileSync(pidFile, 'utf8').split(' ').map(Number);
          t.false(isRunning(compiler), 'the compiler ended before distcc did');
          killGroup(child.pid);
        });
      },
    });
    t.is(result.signal, signal, `a shell shows ${code}`);
  });
}

test('distcc logs to a file what it does, and to nowhere when it cannot', async (t) => {
  const server = await startServer(t);
  const hosts = `127.0.0.1:${server.port}`;
  const folder = await makeProject(t);
  const log = path.join(folder, 'log');
  const env = { DISTCC_LOG: log, DISTCC_VERBOSE: '1' };
  t.is((await distcc(t, compileA, { hosts, env, cwd: folder })).stderr, '');
  const lines = withoutPid(await readFile(log, 'utf8'));
  t.regex(
    lines,
    /^distcc exec: gcc -c a\.c -o a\.o\ndistcc compiled on 127\.0\.0\.1:\d+: exit code 0\n$/,
  );
  await mkdir(path.join(folder, 'full'));
  const bad = await distcc(t, compileA, { hosts, env: { DISTCC_LOG: path.join(folder, 'full') } });
  t.is(bad.code, 0);
  t.regex(bad.stderr, /failed to open logfile/);
});

test('distcc ends with 101 for a timeout that is none', async (t) => {
  const result = await distcc(t, compileA, { hosts: '', env: { DISTCC_IO_TIMEOUT: 'soon' } });
  t.is(result.code, 101);
  t.regex(result.stderr, /^distcc: Cannot take DISTCC_IO_TIMEOUT="soon": .*\n$/);
});
