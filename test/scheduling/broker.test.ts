import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { commandOf } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { killGroup } from '../helpers/run.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import type { Build } from './build.ts';
import { makeBuild, startHost } from './build.ts';

const run = promisify(execFile);

/** The process ids of the brokers of one build. */
async function findBrokers({ env }: Build): Promise<number[]> {
  const { stdout } = await run('ps', ['-e', '-o', 'pid=', '-o', 'args=', 'ww']);
  const lines = stdout
    .split('\n')
    .filter((line) => line.includes(`--broker ${env['DISTCC_DIR']}/`));
  return lines.map((line) => Number.parseInt(line.trim(), 10));
}

test('distcc never gives a host more jobs than its limit, and serves everybody', async (t) => {
  const { port, counted } = await startHost(t, () => 30);
  const build = await makeBuild(t, `127.0.0.1:${port}/2`);
  const clients = Array.from({ length: 16 }, () => build.start());
  for (const { ended } of clients) t.is((await ended).code, 0, (await ended).stderr);
  t.is(counted.most, 2);
  t.is(counted.done, 16);
  t.is((await findBrokers(build)).length, 1, 'many clients at once start one broker');
});

test('64 clients at once, where there is no state yet, are all served by one broker', async (t) => {
  const { port, counted } = await startHost(t, () => 5);
  const build = await makeBuild(t, `127.0.0.1:${port}/8`);
  const clients = Array.from({ length: 64 }, () => build.start());
  for (const { ended } of clients) t.is((await ended).code, 0, (await ended).stderr);
  t.is(counted.done, 64);
  t.is((await findBrokers(build)).length, 1);
  t.is((await build.ask('--status')).stdout, '\n');
  t.regex((await build.ask('--stats')).stdout, /: 64 remote, 0 local/);
  t.true(counted.most <= 8, `${counted.most} at once`);
});

test('distcc counts two names of one address as one host', async (t) => {
  const { port, counted } = await startHost(t, () => 30);
  const build = await makeBuild(t, `127.0.0.1:${port}/2 localhost:${port}/2`);
  const clients = Array.from({ length: 10 }, () => build.start());
  for (const { ended } of clients) t.is((await ended).code, 0, (await ended).stderr);
  t.is(counted.most, 2);
});

test('a slot of a client that is killed is given to the next at once', async (t) => {
  let wait = 60_000;
  const { port, counted } = await startHost(t, () => wait);
  const build = await makeBuild(t, `127.0.0.1:${port}/1`);
  const first = build.start();
  await waitUntil('the first job is there', () => counted.now === 1);
  const second = build.start();
  await waitUntil('the second job waits', async () =>
    (await build.ask('--status')).stdout.includes('Blocked'),
  );
  wait = 0;
  killGroup(first.child.pid);
  t.is((await second.ended).code, 0);
  t.is(counted.done, 1);
});

test('distcc --status, distccmon-text and --stats tell what jobs do and did', async (t) => {
  let wait = 60_000;
  const { port, counted } = await startHost(t, () => wait);
  const build = await makeBuild(t, `127.0.0.1:${port}/1`);
  t.is((await build.ask('--status')).stdout, '\n');
  t.regex((await build.ask('--stats')).stdout, /^No broker is running/);
  const client = build.start();
  await waitUntil('the job is there', () => counted.now === 1);
  await waitUntil('it compiles', async () =>
    (await build.ask('--status')).stdout.includes('Compile'),
  );
  const pid = String(client.child.pid).padStart(6);
  const line = `${pid}  Compile     s1.i                           ${`127.0.0.1:${port}`.padStart(24)}[0]\n\n`;
  t.is((await build.ask('--status')).stdout, line);
  const { jobs } = JSON.parse((await build.ask('--status', '--json')).stdout) as {
    jobs: { pid: number; phaseMs: number }[];
  };
  t.is(jobs[0]?.pid, client.child.pid);
  wait = 0;
  killGroup(client.child.pid);
  const local = build.start(['gcc', '--version']);
  t.is((await local.ended).code, 0);
  t.is((await build.start().ended).code, 0);
  const { stdout } = await build.ask('--stats', '--json');
  const stats = JSON.parse(stdout) as Record<string, unknown>;
  t.like(stats, {
    version: 1,
    remote: 1,
    local: 1,
    hosts: [{ host: `127.0.0.1:${port}`, jobs: 1, failures: 0 }],
  });
  t.regex((await build.ask('--stats')).stdout, /: 1 remote, 1 local\n/);
});

test('distcc goes on without a broker that is killed in the middle', async (t) => {
  let wait = 60_000;
  const { port, counted } = await startHost(t, () => wait);
  const build = await makeBuild(t, `127.0.0.1:${port}/1`);
  const holding = build.start();
  await waitUntil('a job is there', () => counted.now === 1);
  const waiting = build.start();
  await waitUntil('a job waits', async () =>
    (await build.ask('--status')).stdout.includes('Blocked'),
  );
  const [broker = 0] = await findBrokers(build);
  process.kill(broker, 'SIGKILL');
  wait = 0;
  t.is((await waiting.ended).code, 0, 'the one that waited goes to the host by itself');
  killGroup(holding.child.pid);
  t.is((await build.start().ended).code, 0);
  const [next] = await findBrokers(build);
  t.not(next, broker);
  t.truthy(next, 'the next job has started another broker');
});

test('distcc does not hang for a broker that is stopped', async (t) => {
  const { port } = await startHost(t, () => 0);
  const build = await makeBuild(t, `127.0.0.1:${port}/1`);
  t.is((await build.start().ended).code, 0);
  const [broker = 0] = await findBrokers(build);
  process.kill(broker, 'SIGSTOP');
  t.teardown(() => {
    process.kill(broker, 'SIGKILL');
  });
  const { code, stderr } = await build.start([], { DISTCC_VERBOSE: '1' }).ended;
  t.is(code, 0);
  t.regex(stderr, /going on without it/);
});

test('a broker ends when its folder goes, when it is told to, and when nobody comes', async (t) => {
  const { port } = await startHost(t, () => 0);
  const build = await makeBuild(t, `127.0.0.1:${port}/1`);
  const end = async (how: () => Promise<unknown>, env = {}): Promise<void> => {
    t.is((await build.start([], env).ended).code, 0);
    const [broker = 0] = await findBrokers(build);
    t.true(isRunning(broker));
    await how();
    await waitUntil('the broker has ended', () => !isRunning(broker));
  };
  await end(() => rm(build.env['DISTCC_DIR'] ?? '', { recursive: true }));
  await end(() => build.ask('--stop'));
  await end(() => Promise.resolve(), { DISTCC_BROKER_IDLE: '1' });
  t.deepEqual(await findBrokers(build), []);
});

for (const [title, spoil] of [
  ['is a file', (folder: string) => writeFile(folder, '')],
  [
    'belongs to another user',
    (folder: string) => makeBroker(folder, (own) => chown(own, 65_534, 0)),
  ],
  ['lets others in', (folder: string) => makeBroker(folder, (own) => chmod(own, 0o777))],
] as const) {
  test(`distcc compiles without a broker where its folder ${title}`, async (t) => {
    const { port, counted } = await startHost(t, () => 0);
    const build = await makeBuild(t, `127.0.0.1:${port}`);
    await spoil(build.env['DISTCC_DIR'] ?? '');
    const { code, stderr } = await build.start([], { DISTCC_VERBOSE: '1' }).ended;
    t.is(code, 0, stderr);
    t.regex(stderr, /no broker in .*: going on without it/);
    t.is(counted.done, 1);
    t.deepEqual(await findBrokers(build), []);
  });
}

async function makeBroker(folder: string, change: (own: string) => Promise<void>): Promise<void> {
  const own = path.join(folder, 'broker');
  await mkdir(own, { recursive: true, mode: 0o700 });
  await change(own);
}

test('distcc compiles on a disk that is full, and on one that may not be written', async (t) => {
  const { port, counted } = await startHost(t, () => 0);
  const build = await makeBuild(t, `127.0.0.1:${port}`);
  const job = `"$@" gcc -c s1.i -o "$0"/out.o && test -s "$0"/out.o`;
  const mount = (options: string): string =>
    `mkdir -p state && mount -t tmpfs -o size=4k,nr_inodes=1,${options} none state && ${job}`;
  for (const options of ['rw', 'ro']) {
    const command = ['-m', 'sh', '-c', mount(options), build.folder, ...commandOf('distcc')];
    await run('unshare', command, { cwd: build.folder, env: { ...build.env } });
  }
  t.is(counted.done, 2);
});

test('a late job goes to a second host when nobody waits, and the first is left alone', async (t) => {
  const stuck = await startHost(t, () => 60_000);
  const good = await startHost(t, () => 0);
  const build = await makeBuild(t, `127.0.0.1:${stuck.port}`);
  const hosts = `127.0.0.1:${stuck.port} 127.0.0.1:${good.port}`;
  // Whichever comes first: jobs side by side go to both.
  const clients = [1, 2].map(() => build.start([], { DISTCC_HOSTS: hosts }));
  for (const { ended } of clients) t.is((await ended).code, 0);
  t.is(good.counted.done, 2);
  await waitUntil('the stuck host has nothing to do', () => stuck.counted.now === 0);
  t.is((await build.start([], { DISTCC_HOSTS: hosts }).ended).code, 0);
  const { stdout } = await build.ask('--stats');
  t.regex(stdout, /: 3 remote, 0 local/);
  const state = build.env['DISTCC_DIR'] ?? '';
  const record = path.join(state, 'backoff', `127.0.0.1-${stuck.port}.json`);
  await waitUntil('the stuck host is blacklisted', () => existsSync(record));
  t.regex(await readFile(record, 'utf8'), /no answer, while another host did the same job/);
});
