import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { isRunning } from '../helpers/processes.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { send } from '../server/start-server.ts';

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];

test('distccd --log-format json writes one object a job, with its outcome', async (t) => {
  const daemon = await startOurDistccd(t, { args: ['--log-format', 'json'] });
  await send(daemon, compileA('gcc'));
  await send(daemon, compileA('gcc'), { source: new TextEncoder().encode('int größer(;\n') });
  await send(daemon, ['rm', '-c', 'a\nb.c', '-o', 'a.o']);
  const lines = (await daemon.readLog()).trimEnd().split('\n');
  const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const jobs = objects.filter(({ outcome }) => outcome !== undefined);
  t.deepEqual(
    jobs.map(({ level, compiler, source, outcome, status }) => [
      ...[level, compiler, source],
      ...[outcome, status],
    ]),
    [
      ['notice', 'gcc', 'a.c', 'ok', 0],
      ['notice', 'gcc', 'a.c', 'compile-failed', 0x100],
      ['warning', 'rm', 'a\nb.c', 'refused', 0x6e00],
    ],
  );
  t.true(Number.isFinite(Date.parse(String(jobs[0]?.['time']))));
  t.regex(String(jobs[2]?.['reason']), /not allowed here/);
});

test('distccd lets no client write a line of its own into the log', async (t) => {
  const daemon = await startOurDistccd(t);
  await send(daemon, ['rm', '-c', 'a\ndistccd[1] all is well.c', '-o', 'a.o']);
  const job = (await daemon.readLog()).split('\n').filter((line) => line.includes('all is well'));
  t.is(job.length, 1);
  t.regex(job[0] ?? '', /a\?distccd\[1\] all is well\.c: exit code 110/);
});

test('distccd in the background without --log-file logs by logger, to the facility of daemons', async (t) => {
  const folder = await makeFolder(t);
  const [words, lines] = ['words', 'lines'].map((name) => path.join(folder, name));
  const logger = `#!/bin/sh\necho "$*" >${words ?? ''}\nexec cat >${lines ?? ''}\n`;
  await writeFile(path.join(folder, 'logger'), logger, { mode: 0o755 });
  const port = await findFreePort();
  const pidFile = path.join(folder, 'pid');
  const args = ['--listen', '127.0.0.1', '-p', String(port), '-P', pidFile, '--user', 'root'];
  const PATH = `${folder}:${process.env['PATH'] ?? ''}`;
  const started = await runCli(t, 'distccd', ['--daemon', ...args], {
    env: { PATH, TMPDIR: folder },
  });
  t.deepEqual([started.code, started.stderr], [0, '']);
  const pid = Number(await readFile(pidFile, 'utf8'));
  t.teardown(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  await send({ port }, compileA('rm'));
  process.kill(pid, 'SIGTERM');
  await waitUntil('it has ended', () => !isRunning(pid));
  await waitUntil('all is written', async () =>
    /stopping/.test(await readFile(lines ?? '', 'utf8')),
  );
  t.is(await readFile(words ?? '', 'utf8'), `--prio-prefix --id=${pid} --tag distccd\n`);
  const text = await readFile(lines ?? '', 'utf8');
  t.regex(
    text,
    new RegExp(`^<29>listening on port ${port}, \\d+ jobs\n<28>Warning: 127[^]*\n<29>stopping\n$`),
  );
  t.false(existsSync(pidFile));
});
