import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { answerWitness } from '../vetting/answer-witness.ts';

const silent: Script = ({ socket }) => void socket.resume();
const compiles = answerWitness(['gcc']);

/** lsdistcc with a DISTCC_DIR that its runs share; a host may take its time. */
async function makeUser(t: ExecutionContext, env: Readonly<Record<string, string>> = {}) {
  const folder = await makeFolder(t);
  const lsdistcc = (...args: readonly string[]): Promise<Run> =>
    runCli(t, 'lsdistcc', ['-t30', '-c9000', '-k20000', ...args], {
      env: { DISTCC_DIR: folder, ...env },
    });
  const verdictOf = async (...args: readonly string[]): Promise<string | undefined> => {
    const { stdout } = await lsdistcc('--format', 'json', ...args);
    return (JSON.parse(stdout) as { hosts: { verdict: string }[] }).hosts[0]?.verdict;
  };
  return { folder, lsdistcc, verdictOf };
}

/** Sets every record back, as if its time were over now. */
async function endBackoff(folder: string): Promise<void> {
  for (const name of await readdir(path.join(folder, 'backoff'))) {
    const file = path.join(folder, 'backoff', name);
    const record = JSON.parse(await readFile(file, 'utf8')) as { failedAt: number; until: number };
    const lasted = record.until - record.failedAt;
    const until = Date.now() - 1;
    await writeFile(file, JSON.stringify({ ...record, failedAt: until - lasted, until }));
  }
}

/** A daemon that can be mended; the port that its users ask. */
async function startSwitchable(t: ExecutionContext) {
  let script = silent;
  const fake = await startFakeDistccd(t, (call) => script(call));
  const mend = (): void => {
    script = compiles;
  };
  return { ...fake, mend, host: `127.0.0.1:${fake.port}` };
}

test('lsdistcc leaves a stuck host alone from its next run on, until it is told otherwise', async (t) => {
  const { lsdistcc, verdictOf } = await makeUser(t);
  const { host, port, callCount } = await startSwitchable(t);
  t.is(await verdictOf('-k300', host), 'stalled');
  t.is(callCount(), 1);
  t.is(await verdictOf(host), 'blacklisted');
  t.is((await lsdistcc(host)).stdout, '');
  t.is(callCount(), 1, 'it is not asked at all');

  const shown = await lsdistcc('--blacklist');
  t.regex(shown.stdout, new RegExp(`^127\\.0\\.0\\.1:${port}\t1\t\\d{1,2}\tstalled\n$`));
  t.deepEqual([shown.stderr, shown.code], ['', 0]);

  t.is(await verdictOf('--no-blacklist', '-k300', host), 'stalled');
  t.is(callCount(), 2);
  const explained = await lsdistcc('--explain', host);
  t.regex(
    explained.stderr,
    /: blacklisted: Failed once, lately stalled: left alone for \d+ s more\. /,
  );
});

for (const [what, clear] of [
  ['by its address', (port: number) => [`127.0.0.1:${port}`]],
  ['by its host spec', (port: number) => [`127.0.0.1:${port}/4,lzo`]],
  ['by its mapped address', (port: number) => [`[::ffff:127.0.0.1]:${port}`]],
  ['whatever port it was found with', () => ['127.0.0.1']],
  ['and the port of -r', (port: number) => ['127.0.0.1', `-r${port}`]],
  ['with everybody else', () => ['all']],
] as const) {
  test(`lsdistcc --forgive clears a host ${what}`, async (t) => {
    const { lsdistcc, verdictOf } = await makeUser(t);
    const { host, port, mend } = await startSwitchable(t);
    t.is(await verdictOf('-k300', host), 'stalled');
    mend();
    t.is(await verdictOf(host), 'blacklisted');
    const [word = '', ...rest] = clear(port);
    const forgiven = await lsdistcc('--forgive', word, ...rest);
    t.deepEqual([forgiven.stdout, forgiven.stderr, forgiven.code], ['', '', 0]);
    t.is((await lsdistcc('--blacklist')).stdout, '');
    t.is(await verdictOf(host), 'up');
  });
}

test('lsdistcc --forgive clears nobody else', async (t) => {
  const { lsdistcc, verdictOf } = await makeUser(t);
  const [red, blue] = await Promise.all([startSwitchable(t), startSwitchable(t)]);
  await lsdistcc('-k300', red.host, blue.host);
  await lsdistcc('--forgive', red.host);
  await lsdistcc('--forgive', '127.0.0.2');
  await lsdistcc('--forgive', '127.0.0.1', '-r1');
  t.is(await verdictOf('-k300', red.host), 'stalled');
  t.is(await verdictOf(blue.host), 'blacklisted');
});

test('lsdistcc --forgive refuses what is no host, and says so of a name without an address', async (t) => {
  const { lsdistcc } = await makeUser(t);
  const { port } = await startDnsServer(t, { names: {} });
  for (const host of ['red,,', 'red:99999', 'localhost/4', 'no.such.lab']) {
    const { code, stderr } = await lsdistcc('--forgive', host, '--dns-server', `127.0.0.1:${port}`);
    t.is(code, 2, host);
    t.regex(stderr, /^lsdistcc: Cannot [^\n]+\n$/);
  }
});

test('lsdistcc keeps one record for all names and forms of a host', async (t) => {
  const { lsdistcc, verdictOf, folder } = await makeUser(t);
  const { port, callCount } = await startSwitchable(t);
  const dns = await startDnsServer(t, {
    names: {
      'red.lab': { A: ['127.0.0.1'] },
      'blue.lab': { A: ['127.0.0.1'] },
      'alias.lab': { CNAME: 'red.lab' },
    },
  });
  const where = ['--dns-server', `127.0.0.1:${dns.port}`];
  t.is(await verdictOf('-k300', ...where, `red.lab:${port}`), 'stalled');
  for (const name of [
    'blue.lab',
    'alias.lab',
    '127.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ]) {
    t.is(await verdictOf(...where, `${name}:${port}`), 'blacklisted', name);
  }
  t.is(callCount(), 1);
  t.deepEqual(await readdir(path.join(folder, 'backoff')), [`127.0.0.1-${port}.json`]);
  await lsdistcc('--forgive', `alias.lab:${port}`, ...where);
  t.is(await verdictOf('-k300', ...where, `red.lab:${port}`), 'stalled');
});

test('lsdistcc asks a host again when its time is over, and clears it when it is good', async (t) => {
  const { lsdistcc, verdictOf, folder } = await makeUser(t);
  const { host, callCount, mend } = await startSwitchable(t);
  t.is(await verdictOf('-k300', host), 'stalled');
  mend();
  t.is(await verdictOf(host), 'blacklisted');
  const asked = callCount();
  await endBackoff(folder);
  t.is((await lsdistcc('--blacklist')).stdout, '', 'its time is over');
  t.is(await verdictOf(host), 'up');
  t.is(callCount(), asked + 1);
  t.deepEqual(await readdir(path.join(folder, 'backoff')), [], 'nothing is held against it');
});

test('lsdistcc leaves a host alone for twice as long when it fails once more', async (t) => {
  const { lsdistcc, verdictOf, folder } = await makeUser(t, { DISTCC_BACKOFF_PERIOD: '400' });
  const { host } = await startSwitchable(t);
  const seconds: number[] = [];
  for (const count of [1, 2]) {
    t.is(await verdictOf('-k300', host), 'stalled');
    const [, failures, left] = (await lsdistcc('--blacklist')).stdout.split('\t');
    t.is(Number(failures), count);
    seconds.push(Number(left));
    await endBackoff(folder);
  }
  const [once = 0, twice = 0] = seconds;
  t.true(once > 300 && once <= 400, String(once));
  t.true(twice > 660 && twice <= 800, String(twice));
});

test('lsdistcc with DISTCC_BACKOFF_PERIOD=0 leaves nobody alone', async (t) => {
  const { verdictOf } = await makeUser(t, { DISTCC_BACKOFF_PERIOD: '0' });
  const { host, callCount } = await startSwitchable(t);
  t.is(await verdictOf('-k300', host), 'stalled');
  t.is(await verdictOf('-k300', host), 'stalled');
  t.is(callCount(), 2);
});

const failing = (status: number): Script => {
  return async ({ socket, request, response }) => {
    await request();
    socket.end(response({ status }));
  };
};

for (const [verdict, script, args] of [
  ['no-compiler', failing(0x6e00), []],
  ['compile-failed', failing(0x100), []],
  ['wrong-target', compiles, ['--target', 'aarch64-linux-gnu']],
  ['wrong-compiler', compiles, ['--target', 'x86_64-linux-gnu/clang']],
] as const) {
  test(`lsdistcc does not leave a host alone that is ${verdict}: another question may suit it`, async (t) => {
    const { lsdistcc, verdictOf } = await makeUser(t);
    const { port, callCount } = await startFakeDistccd(t, script);
    const host = `127.0.0.1:${port}`;
    t.is(await verdictOf(...args, host), verdict);
    t.is(await verdictOf(...args, host), verdict);
    t.is(callCount(), 2);
    t.is((await lsdistcc('--blacklist')).stdout, '');
  });
}

test('lsdistcc does not hold the troubles of its own machine against any host', async (t) => {
  const { lsdistcc, folder } = await makeUser(t);
  const command = [...commandOf('lsdistcc'), '--format', 'json', '10.9.9.9'];
  const env = { DISTCC_DIR: folder };
  const { stdout } = await run(t, ['unshare', '-rn', ...command], { env });
  t.regex(stdout, /"verdict": "unreachable"[^]*ENETUNREACH/, 'a machine without a network');
  t.is((await lsdistcc('--blacklist')).stdout, '');
});

for (const lazy of ['-k0', '-c0']) {
  test(`lsdistcc ${lazy} clears no stuck host: only a compile can`, async (t) => {
    const { verdictOf, folder } = await makeUser(t);
    const { host } = await startSwitchable(t);
    t.is(await verdictOf('-k300', host), 'stalled');
    await endBackoff(folder);
    t.is(await verdictOf(lazy, host), 'up');
    t.is((await readdir(path.join(folder, 'backoff'))).length, 1);
  });
}

test('lsdistcc runs at once share one blacklist, and none spoils it', async (t) => {
  const { lsdistcc, folder } = await makeUser(t);
  const stuck = await Promise.all(Array.from({ length: 12 }, () => startSwitchable(t)));
  const hosts = stuck.map(({ host }) => host);
  await Promise.all([1, 2, 3].map(() => lsdistcc('-k300', ...hosts)));
  const shown = (await lsdistcc('--blacklist')).stdout.trimEnd().split('\n');
  t.deepEqual(shown.map((line) => line.split('\t')[0]).sort(), hosts.toSorted());
  t.true(
    shown.every((line) => /\t1\t\d+\tstalled$/.test(line)),
    'one outage counts once',
  );
  const files = await readdir(path.join(folder, 'backoff'));
  t.true(files.every((file) => file.endsWith('.json')));
});
