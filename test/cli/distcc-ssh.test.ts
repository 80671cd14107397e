import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { commandOf } from '../helpers/paths.ts';
import { isRunning } from '../helpers/processes.ts';
import { run, runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { startSshd } from '../helpers/start-sshd.ts';
import type { RunningSshd } from '../helpers/start-sshd.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { commandLine, isRight, makeSite, processesWith } from './ssh-site.ts';
import type { Site } from './ssh-site.ts';

/** Start so many compilations in one breath. @returns how many a host did */
async function compileAtOnce(t: ExecutionContext, site: Site, count: number): Promise<number> {
  const distcc = commandOf('distcc')
    .map((word) => `'${word}'`)
    .join(' ');
  const script = `for i in $(seq ${count}); do ${distcc} gcc -O1 -c a.c -o a$i.o & done; wait`;
  const { stderr } = await run(t, ['sh', '-c', script], { cwd: site.folder, env: site.env });
  return stderr.match(/compiled on @red/g)?.length ?? 0;
}

const daemons = [
  ['our distccd', commandOf('distccd')],
  ['the original distccd', ['/usr/bin/distccd']],
] as const;

for (const [name, distccd] of daemons) {
  test(`distcc compiles on ${name} behind ssh, without a broker`, async (t) => {
    const sshd = await startSshd(t, { distccd });
    const env = { DISTCC_HOSTS: '@red', DISTCC_SSH: sshd.ssh, DISTCC_BROKER: '0' };
    const site = await makeSite(t, env);
    const job = await site.compile('a.o');
    t.is(job.code, 0, job.stderr);
    t.regex(job.stderr, /compiled on @red/);
    t.true(await isRight(site, 'a.o'));
    t.deepEqual(job.leftovers, []);
    t.deepEqual(
      processesWith(sshd.folder).filter((pid) => pid !== sshd.process.pid),
      [],
    );
  });
}

test('distcc sends 20 jobs at once over one login to a daemon of ours', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const site = await makeSite(t, { DISTCC_HOSTS: '@red/20,lzo', DISTCC_SSH: sshd.ssh });
  t.is((await site.compile('a.o')).code, 0); // the broker is there
  t.is(await compileAtOnce(t, site, 20), 20);
  t.true(await isRight(site, 'a20.o'));
  t.is(await sshd.countLogins(), 1);
});

test('distcc gives the original more jobs than a connection has sessions', async (t) => {
  const sshd = await startSshd(t, { distccd: ['/usr/bin/distccd'], lines: ['MaxSessions 2'] });
  const site = await makeSite(t, { DISTCC_HOSTS: '@red/6', DISTCC_SSH: sshd.ssh });
  t.is(await compileAtOnce(t, site, 6), 6);
  t.true(await isRight(site, 'a6.o'));
});

test('distcc leaves no ssh behind when its broker is stopped or killed', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const site = await makeSite(t, { DISTCC_HOSTS: '@red', DISTCC_SSH: sshd.ssh });
  const others = (): number[] =>
    processesWith(sshd.folder).filter((pid) => pid !== sshd.process.pid);
  t.is((await site.compile('a.o')).code, 0);
  t.true(others().length > 0);
  await runCli(t, 'distcc', ['--stop'], { env: site.env });
  await waitUntil('nothing runs after --stop', () => others().length === 0);
  t.is((await site.compile('a.o')).code, 0);
  for (const pid of processesWith(`${site.folder}/d/broker`)) {
    if (!commandLine(pid).startsWith('ssh')) process.kill(pid, 'SIGKILL');
  }
  await waitUntil('nothing runs after SIGKILL', () => others().length === 0);
});

test('distcc goes on to the next host when the login fails, and says why', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const daemon = await startOurDistccd(t);
  const ssh = await sshd.sshWith(['UserKnownHostsFile /dev/null']);
  for (const broker of ['0', '1']) {
    const site = await makeSite(t, {
      DISTCC_HOSTS: `@red/100 127.0.0.1:${daemon.port}/1`,
      DISTCC_SSH: ssh,
      DISTCC_BROKER: broker,
    });
    const job = await site.compile('a.o');
    t.regex(job.stderr, /compiled on 127/);
    await waitUntil('the host is blacklisted', async () => {
      const { stdout } = await runCli(t, 'lsdistcc', ['--blacklist'], { env: site.env });
      return /@red\t.*host key/i.test(stdout);
    });
    await runCli(t, 'lsdistcc', ['--forgive', '@red'], { env: site.env });
    const { stdout } = await runCli(t, 'lsdistcc', ['--blacklist'], { env: site.env });
    t.is(stdout, '');
  }
});

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
  test(`distcc goes on to the next host when sshd gets ${signal} in the middle`, async (t) => {
    const sshd = await startSshd(t, { distccd: commandOf('distccd') });
    const daemon = await startOurDistccd(t);
    const site = await makeSite(t, {
      DISTCC_HOSTS: `@red/100`,
      DISTCC_SSH: sshd.ssh,
    });
    t.is((await site.compile('a.o')).code, 0);
    const pids = sessionsOf(sshd);
    t.teardown(() => {
      for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL'); // who is stopped heeds nothing
    });
    for (const pid of pids) process.kill(pid, signal);
    const job = await site.compile('b.o', { DISTCC_HOSTS: `@red/100 127.0.0.1:${daemon.port}/1` });
    t.regex(job.stderr, /compiled on/);
    t.true(await isRight(site, 'b.o'));
  });
}

/** sshd, and its processes for each login. */
function sessionsOf({ process: { pid = 0 } }: RunningSshd): number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const parents = new Map(all.map((each) => [each, parentOf(each)]));
  const family = [pid];
  for (const each of family) {
    family.push(...all.filter((child) => parents.get(child) === each));
  }
  return family.filter((each) => commandLine(each).includes('sshd'));
}

function parentOf(pid: number): number {
  try {
    return Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]);
  } catch {
    return 0;
  }
}

test('distcc leaves an ssh that falls silent after its first byte, whatever it allows before that', async (t) => {
  const site = await makeSite(t, { DISTCC_IO_TIMEOUT: '1', DISTCC_FIRST_BYTE_TIMEOUT: '20' });
  const file = path.join(site.folder, 'half-an-answer');
  await writeFile(file, '#!/bin/sh\nprintf DONE0000\nexec cat >/dev/null\n', { mode: 0o755 });
  const { code, stderr } = await site.compile('a.o', { DISTCC_SSH: file, DISTCC_HOSTS: '@red' });
  t.is(code, 116);
  t.regex(stderr, /failed to distribute to @red: No answer for 1000 ms/);
});
