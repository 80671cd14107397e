import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { CompilerMissingError, IoError } from '../../src/errors/index.ts';
import { Launcher } from '../../src/server/index.ts';
import { runLimited } from '../../src/server/run-compiler.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { isRunning } from '../helpers/processes.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const GIB = 2 ** 30;
const limits = { memoryBytes: 4 * GIB, fileBytes: 2 ** 20 };

/** A launcher that ends with the test, and a way to run a script by it. */
async function setUp(t: ExecutionContext, changes: Partial<typeof limits> = {}) {
  const cwd = await makeFolder(t);
  const all = { ...limits, ...changes };
  const launcher = new Launcher(all);
  t.teardown(() => launcher.close());
  const options = (signal: AbortSignal = new AbortController().signal) => {
    const env = { PATH: process.env['PATH'], ONLY: 'this' };
    return { cwd, env, limits: all, maxOutputBytes: 100_000, signal };
  };
  const shell = (script: string, signal?: AbortSignal) =>
    launcher.run('/bin/sh', ['-c', script], options(signal));
  return { cwd, launcher, options, shell };
}

async function pidsIn(file: string): Promise<number[]> {
  await waitUntil('the pids are told', () => existsSync(file) && /\n$/.test(read(file)));
  return read(file).split(' ').map(Number);
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

for (const memoryBytes of [0, GIB, 4 * GIB]) {
  test(`Launcher.run() does as runLimited(), with ${memoryBytes} bytes of memory`, async (t) => {
    const { launcher, options, cwd } = await setUp(t, { memoryBytes });
    const scripts = [
      'echo out; echo err >&2; exit 3',
      'kill -SEGV $$',
      'pwd; env | grep -v ^NODE_V8 | sort; nice; head -c 1 | wc -c',
      'ulimit -v; ulimit -f; ulimit -c',
      'head -c 90000 /dev/zero',
      'head -c 2000000 /dev/zero >large',
    ];
    for (const script of scripts) {
      const args = ['-c', script];
      const [ours, wanted] = [launcher.run, runLimited].map((run) =>
        run('/bin/sh', args, options()),
      );
      t.deepEqual(await ours, await wanted, script);
    }
    const talks = launcher.run('/bin/sh', ['-c', 'head -c 200000 /dev/zero'], options());
    await t.throwsAsync(talks, { instanceOf: IoError, message: /wrote more than 100000 bytes/ });
    for (const [file, code] of [
      [path.join(cwd, 'none'), 'ENOENT'],
      ['/etc/passwd', 'EACCES'],
    ] as const) {
      await t.throwsAsync(launcher.run(file, [], options()), {
        instanceOf: CompilerMissingError,
        message: `Cannot run "${file}": failed to exec: ${code}`,
      });
    }
  });
}

test('Launcher.run() ends a whole group at once when its job is not wanted any more', async (t) => {
  const { shell, cwd } = await setUp(t);
  const stop = new AbortController();
  const script = 'trap "" TERM; sleep 1000 & echo $$ $! >pids; while :; do wait; done';
  const running = shell(script, stop.signal);
  const pids = await pidsIn(path.join(cwd, 'pids'));
  const reason = new Error('Stopped by a test');
  stop.abort(reason);
  t.is(await t.throwsAsync(running), reason);
  for (const pid of pids) t.false(isRunning(pid));
  t.is((await shell('exit 0')).status, 0);
});

test('Launcher.run() rejects when its process is killed, and the next job has a new one', async (t) => {
  const { shell, launcher, cwd } = await setUp(t);
  const running = shell('echo $$ >pids; exec sleep 1000');
  const [pid = 0] = await pidsIn(path.join(cwd, 'pids'));
  const first = launcher.start();
  first.kill('SIGKILL');
  await t.throwsAsync(running, { instanceOf: IoError, message: /what starts them has ended/ });
  process.kill(pid, 'SIGKILL'); // the watchdog's part
  t.is((await shell('exit 0')).status, 0);
  t.not(launcher.start(), first);
});

test('close() of a Launcher leaves neither its process nor what that runs', async (t) => {
  const { shell, launcher, cwd } = await setUp(t);
  const running = shell('sleep 1000 & echo $$ $! >pids; wait');
  const pids = await pidsIn(path.join(cwd, 'pids'));
  const { pid = 0 } = launcher.start();
  const lost = t.throwsAsync(running, { instanceOf: IoError });
  await launcher.close();
  t.false(isRunning(pid));
  await lost;
  for (const each of pids) {
    await waitUntil(`${each} has ended`, () => !isRunning(each));
  }
  await launcher.close();
});

test('a compiler of a Launcher can get no more rights than it has', async (t) => {
  const { shell } = await setUp(t);
  const { stdout } = await shell('grep NoNewPrivs /proc/self/status');
  t.is(stdout.toString(), 'NoNewPrivs:\t1\n');
});

test('Launcher.run() keeps jobs apart that run at once', async (t) => {
  const { shell, cwd } = await setUp(t);
  await writeFile(path.join(cwd, 'file'), '');
  const jobs = Array.from({ length: 20 }, (_, at) =>
    shell(`sleep 0.0${at % 7}; echo ${at}; exit ${at}`),
  );
  const results = await Promise.all(jobs);
  t.deepEqual(
    results.map(({ status, stdout }) => [status >> 8, Number(stdout.toString())]),
    results.map((_, at) => [at, at]),
  );
});
