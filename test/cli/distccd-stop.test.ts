import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { fixture } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import type { RunningDaemon } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { send } from '../server/start-server.ts';

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];
const allowed = ['--allow-compiler', fixture('cc-forever'), '--allow-compiler', fixture('cc-slow')];

/** The daemon's own folder. */
async function ownFolder({ tmp }: RunningDaemon): Promise<string> {
  let name: string | undefined;
  await waitUntil('it has a folder', async () => {
    [name] = await readdir(tmp);
    return name !== undefined;
  });
  return path.join(tmp, name ?? '');
}

async function untilJobs(daemon: RunningDaemon, count: number): Promise<string[]> {
  let jobs: string[] = [];
  await waitUntil(`${count} jobs run`, async () => {
    jobs = await readdir(await ownFolder(daemon));
    return jobs.length === count;
  });
  return jobs;
}

/** The pids of a cc-forever and of what it started. */
async function pidsOf(daemon: RunningDaemon): Promise<number[]> {
  const [job = ''] = await untilJobs(daemon, 1);
  const file = path.join(await ownFolder(daemon), job, 'cc-forever.pids');
  await waitUntil('the compiler runs', () => existsSync(file));
  return (await readFile(file, 'utf8')).split(' ').map(Number);
}

function hasEnded(daemon: RunningDaemon): Promise<void> {
  const { process: child } = daemon;
  return waitUntil(
    'the daemon has ended',
    () => child.exitCode !== null || child.signalCode !== null,
  );
}

test('distccd that gets SIGTERM takes no more connections and finishes its jobs', async (t) => {
  const daemon = await startOurDistccd(t, { args: [...allowed, '--jobs', '1'] });
  const running = send(daemon, compileA('cc-slow.sh'));
  await untilJobs(daemon, 1);
  const waiting = send(daemon, compileA('gcc'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  daemon.process.kill('SIGTERM');
  await waitUntil('it stops', async () => (await daemon.readLog()).includes('finishing'));
  await waitUntil('it takes no more', () =>
    send(daemon, compileA('gcc')).then(
      () => false,
      () => true,
    ),
  );
  t.deepEqual([(await running).status, (await waiting).status], [0, 0]);
  await hasEnded(daemon);
  t.is(daemon.process.exitCode, 0);
  t.deepEqual(await readdir(daemon.tmp), []);
  t.regex(await daemon.readLog(), /finishing: 1 jobs run, 1 wait\n[^]*stopping\n$/);
});

for (const [title, args, signals] of [
  ['after --drain seconds', ['--drain', '4'], 1],
  ['at a second SIGTERM', ['--drain', '600'], 2],
] as const) {
  test(`distccd that gets SIGTERM ends the jobs that remain ${title}`, async (t) => {
    const daemon = await startOurDistccd(t, { args: [...allowed, ...args] });
    const lost = t.throwsAsync(send(daemon, compileA('cc-forever.sh')));
    const pids = await pidsOf(daemon);
    for (let count = 0; count < signals; count += 1) {
      daemon.process.kill('SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (count === 0) t.true(pids.every(isRunning), 'the first lets them run');
    }
    await hasEnded(daemon);
    await lost;
    for (const pid of pids) t.false(isRunning(pid));
    t.deepEqual(await readdir(daemon.tmp), []);
  });
}

test('after kill -9 of distccd no compiler lives on and its files are gone', async (t) => {
  const daemon = await startOurDistccd(t, { args: allowed });
  const lost = t.throwsAsync(send(daemon, compileA('cc-forever.sh')));
  const pids = await pidsOf(daemon);
  daemon.process.kill('SIGKILL');
  await lost;
  for (const pid of pids) await waitUntil(`${pid} has ended`, () => !isRunning(pid));
  await waitUntil('its files are gone', async () => (await readdir(daemon.tmp)).length === 0);
  t.pass();
});

test('distccd removes what daemons that are gone have left, and nothing else', async (t) => {
  const others = await startOurDistccd(t, { args: allowed });
  const { tmp } = others;
  const living = path.basename(await ownFolder(others));
  const start = /-(\d+)_/.exec(living)?.[1] ?? '';
  const stale = [`distccd_${process.pid}-1_abcdef`, `distccd_4194999-${start}_abcdef`];
  const kept = ['distccd_notes', 'distccd_1-2', living, 'distcc_0123.o'];
  for (const name of [...stale, 'distccd_notes', 'distccd_1-2']) {
    await mkdir(path.join(tmp, name), { recursive: true });
    await writeFile(path.join(tmp, name, 'file'), 'text');
  }
  await writeFile(path.join(tmp, 'distcc_0123.o'), '');
  const { uid, gid } = await stat(path.join(tmp, living));
  for (const name of stale) await chown(path.join(tmp, name), uid, gid);
  const daemon = await startOurDistccd(t, { env: { TMPDIR: tmp } });
  t.is((await send(daemon, compileA('gcc'))).status, 0);
  const names = await readdir(tmp);
  t.deepEqual(names.filter((name) => kept.includes(name)).sort(), [...kept].sort());
  t.deepEqual(
    names.filter((name) => stale.includes(name)),
    [],
  );
});

test('distccd whose folder somebody removes makes a new one', async (t) => {
  const daemon = await startOurDistccd(t, { args: allowed });
  const folder = await ownFolder(daemon);
  await rm(folder, { recursive: true });
  t.is((await send(daemon, compileA('gcc'))).status, 0);
  t.not(await ownFolder(daemon), folder);
  await chmod(daemon.tmp, 0o500);
  await rm(await ownFolder(daemon), { recursive: true });
  const status = (await send(daemon, compileA('gcc'))).status;
  await chmod(daemon.tmp, 0o777);
  if (process.getuid?.() === 0) t.is(status, 0x6b00, 'an error for that job');
  t.is((await send(daemon, compileA('gcc'))).status, 0, 'and the next one works');
});

test('distccd leaves no file behind on a normal end', async (t) => {
  const folder = await makeFolder(t);
  const daemon = await startOurDistccd(t, { env: { TMPDIR: folder } });
  t.is((await send(daemon, compileA('gcc'))).status, 0);
  daemon.process.kill('SIGTERM');
  await hasEnded(daemon);
  t.deepEqual(await readdir(folder), []);
});
