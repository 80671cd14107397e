import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { messagesOf, send } from '../server/start-server.ts';

/** Only root can become somebody else; for the rest there is nothing to try. */
const rootTest = process.getuid?.() === 0 ? test : test.skip;

/** The lines of /proc/PID/status that tell who a process is. */
function identityOf(pid: number): string[] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return ['Uid', 'Gid', 'Groups'].map(
    (name) => new RegExp(`^${name}:(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '',
  );
}

rootTest('distccd started by root serves as --user, with no group of root’s', async (t) => {
  const folder = await makeFolder(t);
  const compiler = path.join(folder, 'cc-id');
  await writeFile(compiler, '#!/bin/sh\nid -u >&2\nid -G >&2\nnice >&2\nexit 1\n', { mode: 0o755 });
  const pidFile = path.join(folder, 'pid');
  const args = ['--user', 'nobody', '--nice', '7', '--pid-file', pidFile];
  const daemon = await startOurDistccd(t, { args: [...args, '--allow-compiler', compiler] });
  const answer = await send(daemon, ['cc-id', '-c', 'a.c', '-o', 'a.o']);
  t.is(messagesOf(answer), `65534\n65534\n${os.getPriority() + 7}\n`);
  const ids = ['65534', '65534', '65534', '65534'].join('\t');
  t.deepEqual(identityOf(daemon.process.pid ?? 0), [ids, ids, '65534']);
  t.is(statSync(pidFile).uid, 0, 'written before');
  t.is((await send(daemon, ['gcc', '-c', 'a.c', '-o', 'a.o'])).status, 0);
  daemon.process.kill('SIGTERM');
  await waitUntil('it has ended', () => daemon.process.exitCode !== null);
  t.is(daemon.process.exitCode, 0);
});

rootTest('distccd started by root without --user is root no more', async (t) => {
  const daemon = await startOurDistccd(t);
  t.is((await send(daemon, ['gcc', '-c', 'a.c', '-o', 'a.o'])).status, 0);
  t.not(identityOf(daemon.process.pid ?? 0)[0]?.split('\t')[0], '0');
});

rootTest('distccd does not start for a user that is not there: 101', async (t) => {
  for (const user of ['no-such-user', '-u', '']) {
    const args = ['--no-detach', '--listen', '127.0.0.1', `--user=${user}`, '--lifetime', '1'];
    const { code, stderr } = await runCli(t, 'distccd', args);
    t.is(code, 101, stderr);
    t.regex(stderr, /^distccd: .*\n$/);
  }
});
