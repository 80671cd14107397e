import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { killGroup } from '../helpers/run.ts';
import { startSshd } from '../helpers/start-sshd.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { isRight, makeSite, processesWith } from './ssh-site.ts';

const ours = commandOf('distccd');

/** What an administrator may have forbidden; jobs then go by sessions, each with a daemon of its own. */
const strict = [
  ['forbids forwarding', () => ['AllowStreamLocalForwarding no', 'AllowTcpForwarding no']],
  ['allows one command alone', () => ['ForceCommand distccd --inetd --enable-tcp-insecure']],
] as const;

for (const [what, lines] of strict) {
  test(`distcc compiles on a host whose sshd ${what}`, async (t) => {
    const sshd = await startSshd(t, { distccd: ours, lines: lines() });
    const site = await makeSite(t, { DISTCC_HOSTS: '@red', DISTCC_SSH: sshd.ssh });
    for (const output of ['a.o', 'b.o']) {
      const job = await site.compile(output);
      t.is(job.code, 0, job.stderr);
      t.regex(job.stderr, /compiled on @red/);
      t.true(await isRight(site, output));
    }
    t.is(await sshd.countLogins(), 1, 'both jobs are sessions of one login');
  });
}

test('distcc gives no option of OpenSSH to another program in DISTCC_SSH', async (t) => {
  const folder = await makeFolder(t);
  const rsh = path.join(folder, 'rsh');
  const daemon = ours.map((word) => `'${word}'`).join(' ');
  const script = [
    '#!/bin/sh',
    'echo "$*" >>"$0.log"',
    'shift 4',
    `unset TMPDIR; exec ${daemon} "$@"`,
    '',
  ];
  await writeFile(rsh, script.join('\n'), { mode: 0o755 });
  const site = await makeSite(t, { DISTCC_HOSTS: 'me@red', DISTCC_SSH: rsh });
  const job = await site.compile('a.o');
  t.regex(job.stderr, /compiled on me@red/);
  t.true(await isRight(site, 'a.o'));
  const calls = (await readFile(`${rsh}.log`, 'utf8')).trim().split('\n');
  t.is(calls.at(-1), '-l me red distccd --inetd --enable-tcp-insecure');
  for (const call of calls) t.false(call.includes('-o'), call);
});

test('distcc that is killed leaves neither its compiler behind ssh nor a session', async (t) => {
  const folder = await makeFolder(t);
  const compiler = path.join(folder, 'slow-cc');
  await writeFile(compiler, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const distccd = [...ours, '--allow-compiler', compiler];
  const sshd = await startSshd(t, { distccd });
  const site = await makeSite(t, { DISTCC_HOSTS: '@red', DISTCC_SSH: sshd.ssh });
  t.is((await site.compile('a.o')).code, 0);
  const before = processesWith(sshd.folder).length;
  await writeFile(path.join(site.folder, 'b.i'), 'int b;\n');
  const [program, ...words] = [...commandOf('distcc'), compiler, '-c', 'b.i', '-o', 'b.o'];
  const env = { ...process.env, ...site.env };
  const client = spawn(program, words, { cwd: site.folder, env, stdio: 'ignore', detached: true });
  t.teardown(() => {
    killGroup(client.pid);
  });
  const sleeps = (): number => processesWith('sleep\x00600').length;
  await waitUntil('it compiles there', () => sleeps() === 1);
  killGroup(client.pid);
  await waitUntil('the compiler is gone', () => sleeps() === 0);
  await waitUntil('no session is left', () => processesWith(sshd.folder).length <= before);
  t.is((await site.compile('c.o')).code, 0, 'the login still serves');
});
