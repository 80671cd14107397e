import path from 'node:path';
import test from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import { commandOf } from '../helpers/paths.ts';
import { runCli } from '../helpers/run.ts';
import { startSshd } from '../helpers/start-sshd.ts';

/** Tests share two processors with others: what is slow is no failure here. */
const patience = ['-t60', '-c8000', '-k8000'];

const daemons = [
  ['our distccd', commandOf('distccd')],
  ['the original distccd', ['/usr/bin/distccd']],
] as const;

for (const [name, distccd] of daemons) {
  test(`lsdistcc prints @host with ${name} behind it, and leaves nothing`, async (t) => {
    const sshd = await startSshd(t, { distccd });
    const env = { DISTCC_SSH: sshd.ssh };
    const run = await runCli(t, 'lsdistcc', [...patience, '@red/7,lzo'], { env });
    t.is(run.stdout, '@red/7,lzo\n', run.stderr);
    t.deepEqual(run.leftovers, []);
  });
}

test('lsdistcc --ssh reaches plain words through ssh, by their names', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const env = { DISTCC_SSH: sshd.ssh };
  const run = await runCli(t, 'lsdistcc', [...patience, '--ssh', 'red:4200/3'], { env });
  t.is(run.stdout, '@red/3\n', run.stderr);
});

test('lsdistcc --ssh reaches the names of a pattern', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const dns = await startDnsServer(t, { names: { 'red1.lab': { A: ['192.0.2.1'] } } });
  const where = ['--dns-server', `127.0.0.1:${dns.port}`, '--ssh'];
  const env = { DISTCC_SSH: sshd.ssh };
  const { stdout } = await runCli(t, 'lsdistcc', [...patience, ...where, 'red%d.lab'], { env });
  t.is(stdout, '@red1.lab\n'); // ssh finds it, by its own rules
});

const faults = [
  ['untrusted', 'UserKnownHostsFile /dev/null'],
  ['denied', 'IdentityFile STRANGER'],
] as const;

for (const [verdict, line] of faults) {
  test(`lsdistcc says ${verdict} with "${line}"`, async (t) => {
    const sshd = await startSshd(t, { distccd: commandOf('distccd') });
    const own = line.replace('STRANGER', path.join(sshd.folder, 'stranger'));
    const env = { DISTCC_SSH: await sshd.sshWith([own]) };
    const words = [...patience, '--explain', '-x', '@red'];
    const { code, stdout, stderr } = await runCli(t, 'lsdistcc', words, { env });
    t.is(code, 1);
    t.is(stdout, '@red,down\n');
    t.regex(stderr, new RegExp(`^@red .*: ${verdict}: Cannot reach @red: ssh said`, 'm'));
  });
}

test('lsdistcc says refused where no distccd is', async (t) => {
  const sshd = await startSshd(t);
  const env = { DISTCC_SSH: sshd.ssh };
  const words = [...patience, '--format', 'json', '@red'];
  const { stdout } = await runCli(t, 'lsdistcc', words, { env });
  t.like(JSON.parse(stdout), { hosts: [{ spec: '@red,down', verdict: 'refused' }] });
  t.regex(stdout, /no distccd there/);
});

test('distcc --ping asks hosts behind ssh', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const env = { DISTCC_SSH: sshd.ssh, DISTCC_HOSTS: '@red/2 @red:/nowhere/distccd' };
  const { stdout } = await runCli(t, 'distcc', ['--ping'], { env });
  t.regex(stdout, /^@red\/2\tup\t\t\d+\t\n@red:\/nowhere\/distccd\trefused\t/);
});

test('lsdistcc --tls leaves a host with @ to ssh, and is not for --ssh', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  const own = await (await makeAuthority(t)).issue('me', { usages: ['clientAuth'] });
  const env = { DISTCC_TLS_DIR: own, DISTCC_SSH: sshd.ssh };
  const run = await runCli(t, 'lsdistcc', [...patience, '--tls', '@red/2'], { env });
  t.is(run.stdout, '@red/2\n', run.stderr);
  const both = await runCli(t, 'lsdistcc', ['--tls', '--ssh', 'red'], { env });
  t.regex(both.stderr, /^lsdistcc: Cannot take both --tls and --ssh/);
});
