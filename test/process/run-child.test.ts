import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { CompilerMissingError, IoError } from '../../src/errors/index.ts';
import { runChild } from '../../src/process/index.ts';
import type { RunOptions } from '../../src/process/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { fixture } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const options: RunOptions = {
  env: { PATH: process.env['PATH'] },
  stdout: 'pipe',
  stderr: 'pipe',
  signal: new AbortController().signal,
};

const shell = (script: string, changes: Partial<RunOptions> = {}) =>
  runChild('sh', ['-c', script], { ...options, ...changes });

test('runChild() collects both outputs and gives the status of wait(2)', async (t) => {
  const result = await shell('echo out; echo err >&2; exit 3');
  t.deepEqual(
    { ...result, stdout: result.stdout.toString(), stderr: result.stderr.toString() },
    { status: 0x300, stdout: 'out\n', stderr: 'err\n' },
  );
});

test('runChild() starts nothing when its caller changes its mind at once', async (t) => {
  const folder = await makeFolder(t);
  const stop = new AbortController();
  const script = `echo >${path.join(folder, 'started')}; sleep 3`;
  const running = shell(script, { signal: stop.signal, ownGroup: true });
  stop.abort(new Error('enough'));
  await t.throwsAsync(running, { message: 'enough' });
  t.false(existsSync(path.join(folder, 'started')));
});

test('runChild() gives a signal’s number as status', async (t) => {
  t.is((await runChild(fixture('cc-crashes'), [], options)).status, 11);
  t.is((await shell('kill -KILL $$')).status, 9);
});

test('runChild() keeps every byte of a large output', async (t) => {
  const { stdout } = await shell('head -c 3000000 /dev/zero');
  t.is(stdout.length, 3_000_000);
});

test('runChild() gives an empty standard input, and the folder that it is told', async (t) => {
  const folder = await makeFolder(t);
  t.is((await shell('cat; pwd', { cwd: folder })).stdout.toString(), `${folder}\n`);
});

test('runChild() hands on nothing but its own environment', async (t) => {
  const { stdout } = await runChild('/usr/bin/env', [], {
    ...options,
    env: { A: '1', B: undefined },
  });
  // Node hands NODE_V8_COVERAGE on by itself, where coverage is collected.
  t.is(stdout.toString().replace(/^NODE_V8_COVERAGE=.*\n/m, ''), 'A=1\n');
});

test('runChild() searches the PATH that it hands on', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(path.join(folder, 'only-here'), '#!/bin/sh\necho found\n', { mode: 0o755 });
  const { stdout } = await runChild('only-here', [], { ...options, env: { PATH: folder } });
  t.is(stdout.toString(), 'found\n');
});

for (const [title, program, code] of [
  ['is not there', 'no-such-compiler', 'ENOENT'],
  ['is no program', '/etc/passwd', 'EACCES'],
  ['is a folder', '/tmp', 'EACCES'],
] as const) {
  test(`runChild() says that a program ${title}`, async (t) => {
    const error = await t.throwsAsync(runChild(program, [], options), {
      instanceOf: CompilerMissingError,
      message: `Cannot run "${program}": failed to exec: ${code}`,
    });
    t.like(error, { exitCode: 110, isAccidental: true });
  });
}

test('runChild() kills a child that says more than it may', async (t) => {
  const script = 'echo $$ >pid; while :; do echo more; done';
  const cwd = await makeFolder(t);
  await t.throwsAsync(shell(script, { cwd, maxOutputBytes: 10_000 }), {
    instanceOf: IoError,
    message: 'The compiler wrote more than 10000 bytes of messages',
  });
  t.false(isRunning(Number(await readFile(path.join(cwd, 'pid'), 'utf8'))));
});

test('runChild() tells a system that cannot start a program from a program that is not there', async (t) => {
  const error = await t.throwsAsync(runChild('true', ['x'.repeat(3_000_000)], options), {
    instanceOf: IoError,
    message: 'Cannot start "true": E2BIG',
  });
  t.like(error, { exitCode: 107 });
});

test('runChild() rejects with its caller’s reason at once when that came before', async (t) => {
  const reason = new Error('Stopped by a test');
  t.is(await t.throwsAsync(shell('exit', { signal: AbortSignal.abort(reason) })), reason);
});

test('runChild() ends a whole group that ignores polite requests, then rejects', async (t) => {
  const folder = await makeFolder(t);
  const stop = new AbortController();
  const pidFile = path.join(folder, 'cc-forever.pids');
  const changes = { cwd: folder, ownGroup: true, signal: stop.signal };
  const running = runChild(fixture('cc-forever'), [], { ...options, ...changes });
  const readPids = async (): Promise<number[]> =>
    (await readFile(pidFile, 'utf8').catch(() => '')).split(' ').filter(Boolean).map(Number);
  await waitUntil('the child has started', async () => (await readPids()).length === 2);
  const reason = new Error('Stopped by a test');
  stop.abort(reason);
  t.is(await t.throwsAsync(running), reason);
  for (const pid of await readPids()) {
    await waitUntil(`${pid} has ended`, () => !isRunning(pid));
    t.false(isRunning(pid));
  }
});

for (const [killDelayMs, isAsked] of [
  [0, false],
  [10_000, true],
] as const) {
  test(`runChild() with a delay of ${killDelayMs} ms ${isAsked ? 'asks' : 'does not ask'} first`, async (t) => {
    const cwd = await makeFolder(t);
    const stop = new AbortController();
    const script = 'trap "echo >asked; exit" TERM; echo >ready; while :; do sleep 0.05; done';
    const running = shell(script, { cwd, killDelayMs, signal: stop.signal });
    await waitUntil('it has started', () => existsSync(path.join(cwd, 'ready')));
    stop.abort(new Error('Stopped by a test'));
    await t.throwsAsync(running);
    t.is(existsSync(path.join(cwd, 'asked')), isAsked);
  });
}

test('runChild() does not wait for what a group leader has left running', async (t) => {
  const result = await shell('sleep 1000 & echo $!', { ownGroup: true });
  const pid = Number(result.stdout.toString());
  await waitUntil('it has ended too', () => !isRunning(pid));
  t.is(result.status, 0);
});
