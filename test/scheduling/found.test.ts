import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { baseEnvironment, run } from '../helpers/run.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { makeMachine } from '../netns/networks.ts';

/** Only root may make networks. */
const networkTest = process.getuid?.() === 0 ? test : test.skip;

/** A machine whose DNS knows two hosts, on two addresses of its loopback. */
async function makeFarm(t: ExecutionContext) {
  const machine = makeMachine(t);
  const folder = await makeFolder(t);
  const resolvConf = path.join(folder, 'resolv.conf');
  await writeFile(resolvConf, 'nameserver 127.0.0.1\n');
  const mount = `mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`;
  const within = (words: readonly string[]): string[] =>
    machine.within(['unshare', '--mount', 'sh', '-c', mount, 'sh', ...words]);
  const start = (words: readonly string[]) => {
    const [program = '', ...args] = within(words);
    const env = baseEnvironment(folder, folder);
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    t.teardown(() => child.kill('SIGKILL'));
    return child;
  };
  const dnsmasq = start([
    ...['/usr/sbin/dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--user='],
    ...['--group=', '--conf-file=/dev/null', '--pid-file=', '--log-facility=-', '--local=/lab/'],
    ...['--host-record=mydistcc1.lab,127.0.0.11', '--host-record=mydistcc2.lab,127.0.0.12'],
  ]);
  await once(dnsmasq.stderr, 'data');
  const startHost = (address: string) =>
    start([
      ...commandOf('distccd'),
      ...['--no-detach', '--listen', address, '--allow', '127.0.0.0/8', '--user', 'root'],
    ]);
  return { folder, within, startHost };
}

networkTest(
  'distcc uses the hosts behind +pattern: one that dies leaves, one that joins is used',
  async (t) => {
    const { folder, within, startHost } = await makeFarm(t);
    const project = path.join(folder, 'project');
    await mkdir(project);
    await writeFile(path.join(project, 'a.c'), 'int a = 1;\n');
    const env = {
      DISTCC_DIR: path.join(folder, 'state'),
      DISTCC_HOSTS: '+pattern:mydistcc%d.lab',
      DISTCC_FALLBACK: '0',
    };
    const distcc = (...words: readonly string[]) =>
      run(t, within([...commandOf('distcc'), ...words]), { cwd: project, env });
    const compile = () => distcc('gcc', '-c', 'a.c');
    const nobody = await compile();
    t.is(nobody.code, 116, nobody.stderr);
    const first = startHost('127.0.0.11');
    await waitUntil('the first host is used', async () => (await compile()).code === 0);
    first.kill('SIGKILL');
    startHost('127.0.0.12');
    await waitUntil('the second host is used', async () => (await compile()).code === 0);
    const { stdout } = await distcc('--stats', '--json');
    const stats = JSON.parse(stdout) as { remote: number; hosts: { host: string; jobs: number }[] };
    t.deepEqual(
      stats.hosts.map(({ host, jobs }) => [host, jobs]),
      [
        ['mydistcc1.lab', 1],
        ['mydistcc2.lab', 1],
      ],
    );
    await distcc('--stop');
  },
);
