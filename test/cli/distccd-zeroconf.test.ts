import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeAuthority } from '../helpers/make-authority.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf, fixture } from '../helpers/paths.ts';
import { baseEnvironment, run } from '../helpers/run.ts';
import { layCable } from '../netns/networks.ts';

/** Only root may make networks. */
const networkTest = process.getuid?.() === 0 ? test : test.skip;

const script = fileURLToPath(new URL('../netns/print-mdns.js', import.meta.url));
const claimScript = fileURLToPath(new URL('../netns/claim-mdns.js', import.meta.url));

/** Our daemon on a machine of its own, and a machine that can see it. */
async function startFarm(t: ExecutionContext) {
  const { farm, client } = layCable(t, 'both');
  const folder = await makeFolder(t);
  const args = ['--no-detach', '--allow-private', '-p', '3700', '--jobs', '6', '--zeroconf'];
  const logFile = path.join(folder, 'log');
  const [program = '', ...words] = farm.within([...commandOf('distccd'), ...args]);
  const daemon = spawn(program, [...words, '--log-file', logFile], {
    env: baseEnvironment(folder, folder),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(daemon, 'close');
  t.teardown(() => daemon.kill('SIGKILL'));
  const readLog = (): Promise<string> => readFile(logFile, 'utf8').catch(() => 'no log');
  return { client, daemon, ended, readLog };
}

/** The subtype under which the original's clients look for compilers like those of this machine. */
async function nameSubtype(t: ExecutionContext) {
  const ask = async (option: string): Promise<string> =>
    (await run(t, ['cc', option])).stdout.trim();
  const [machine, version] = [await ask('-dumpmachine'), await ask('-dumpversion')];
  const subtype = `_${machine}--${version}`.toLowerCase().replace(/[^_a-z0-9]|(?<=.)_/g, '-');
  return { machine, version, subtype };
}

networkTest(
  'distccd --zeroconf offers itself with the keys and the subtype of the original',
  async (t) => {
    const { client, daemon, ended, readLog } = await startFarm(t);
    const find = async (name: string): Promise<Record<string, unknown>[]> => {
      const { stdout } = await run(t, client.within([process.execPath, script, name]));
      return JSON.parse(stdout) as Record<string, unknown>[];
    };
    const { machine, version, subtype } = await nameSubtype(t);
    let found: Record<string, unknown>[] = [];
    for (let tries = 0; tries < 30 && found.length === 0; tries += 1) {
      found = await find('_distcc._tcp.local');
    }
    t.is(found.length, 1, await readLog());
    t.like(found[0], { port: 3700, spec: { limit: 6 }, toolchain: { machine, version } });
    t.is((await find(`${subtype}._sub._distcc._tcp.local`)).length, 1, subtype);
    t.is((await find('_none--1._sub._distcc._tcp.local')).length, 0);
    t.regex(await readLog(), new RegExp(`offered by multicast DNS as distcc@${os.hostname()}`));
    const vet = [...commandOf('lsdistcc'), '--mdns', '-t30', '-c9000', '-k20000', '--explain'];
    const vetted = await run(t, client.within(vet));
    t.is(vetted.stdout, '10.99.0.1:3700/6\n', vetted.stderr);
    t.regex(vetted.stderr, /^distcc-[\w-]+\.local \(10\.99\.0\.1:3700\) .*: up, /);
    daemon.kill('SIGTERM');
    t.deepEqual(await ended, [0, null]);
    t.deepEqual(await find('_distcc._tcp.local'), [], 'it takes its offer back');
  },
);

/** Fact sheet 5.9. */
const keysOfOriginal = ['cc_machine', 'cc_version', 'cpus', 'distcc', 'gnuhost', 'jobs', 'txtvers'];

/** Prints what avahi-browse resolves, then what the original's client has found and compiled on. */
const look = `
for type in _distcc._tcp "$SUBTYPE._sub._distcc._tcp"; do
  until avahi-browse --resolve --parsable --terminate "$type" | grep '^='; do :; done
done
until distcc gcc -c a.c -o a.o; do sleep 0.2; done
cat "$DISTCC_DIR/zeroconf/hosts"
`;

networkTest(
  'avahi-browse and the original’s client with +zeroconf find distccd --zeroconf',
  async (t) => {
    const { client, readLog } = await startFarm(t);
    const folder = await makeFolder(t);
    // The original writes fe80:: addresses without the interface: they lead nowhere.
    await writeFile(path.join(folder, 'avahi.conf'), '[server]\nuse-ipv4=yes\nuse-ipv6=no\n');
    await writeFile(path.join(folder, 'a.c'), 'int a(void) { return 42; }\n');
    const { machine, version, subtype } = await nameSubtype(t);
    const env = { SUBTYPE: subtype, DISTCC_HOSTS: '+zeroconf', DISTCC_FALLBACK: '0' };
    const words = ['sh', fixture('avahi-machine'), 'avahi.conf', 'sh', '-c', look];
    const { stdout, stderr } = await run(t, client.within(words), { cwd: folder, env });
    const [byType = '', bySubtype, ...hosts] = stdout.trimEnd().split('\n');
    t.is(bySubtype, byType, stderr);
    t.deepEqual(hosts, ['10.99.0.1:3700/6']);
    const [, , , instance, , domain, host, address, port, txt = ''] = byType.split(';');
    t.deepEqual([domain, address, port], ['local', '10.99.0.1', '3700']);
    t.is(instance, `distcc\\064${os.hostname()}`);
    t.regex(host ?? '', /^distcc-[a-z0-9-]+\.local$/);
    const pairs = [...txt.matchAll(/"([^"=]*)=([^"]*)"/g)].map(([, key, value]) => [key, value]);
    t.like(Object.fromEntries(pairs), {
      ...{ txtvers: '1', jobs: '6', cc_machine: machine, cc_version: version },
    });
    t.deepEqual(pairs.map(([key]) => key).sort(), keysOfOriginal);
    const compile = ['gcc', '-c', 'a.c', '-o', 'local.o'];
    t.is((await run(t, compile, { cwd: folder })).code, 0);
    const objects = ['a.o', 'local.o'].map((name) => readFile(path.join(folder, name)));
    const [remote, local] = await Promise.all(objects);
    t.deepEqual(remote, local);
    t.regex(await readLog(), /10\.99\.0\.2:\d+ \S*gcc a\.c: exit code 0, /);
  },
);

networkTest(
  'lsdistcc --tls --mdns lists who proves itself, not an intruder who answers first',
  async (t) => {
    const { farm, client } = layCable(t, 'both');
    const authority = await makeAuthority(t);
    const name = `${os.hostname().split('.')[0] ?? ''}.local`.toLowerCase();
    const words = { names: [`DNS:${name}`], usages: ['serverAuth'] };
    const start = (command: readonly string[], folder: string): void => {
      const [program = '', ...line] = farm.within(command);
      const env = { ...baseEnvironment(folder, folder), DISTCC_TLS_DIR: folder };
      const child = spawn(program, line, { env, stdio: 'ignore' });
      t.teardown(() => child.kill('SIGKILL'));
    };
    const daemon = [
      ...commandOf('distccd'),
      '--no-detach',
      '--user',
      'root',
      '--tls',
      '--tls-port',
    ];
    start([process.execPath, claimScript, name, '3701'], await makeFolder(t));
    start([...daemon, '3701'], await (await makeAuthority(t)).issue('evil', words));
    const more = ['--zeroconf', '--plain', '--allow-private', '--port', '3702'];
    start([...daemon, '3703', ...more], await authority.issue('red', words));
    const own = await authority.issue('me', { usages: ['clientAuth'] });
    const list = (...args: readonly string[]) => {
      const command = [...commandOf('lsdistcc'), '--no-blacklist', '--no-cache'];
      const patient = ['--explain', '-c5000', '-k5000', '-t30', '--mdns', '--mdns-wait', '1000'];
      const env = { DISTCC_TLS_DIR: own };
      return run(t, client.within([...command, ...patient, ...args]), { env });
    };
    let found = await list('--tls');
    for (
      let tries = 0;
      tries < 20 && !/untrusted[^]*: up|: up[^]*untrusted/.test(found.stderr);
      tries += 1
    ) {
      found = await list('--tls');
    }
    t.regex(found.stderr, /:3701\) \[mdns _distccs?\._tcp\.local\]: untrusted: /);
    t.regex(found.stdout, new RegExp(`^\\S+:3703/\\d+,tls=${name}\\n$`), found.stderr);
  },
);

networkTest('distccd --zeroconf serves and stops on a machine without a network', async (t) => {
  const args = [
    '--no-detach',
    '--listen',
    '127.0.0.1',
    '-p',
    '3700',
    '--zeroconf',
    '--lifetime',
    '1',
  ];
  const command = ['unshare', '--net', ...commandOf('distccd'), ...args];
  const { code, stderr } = await run(t, [...command, '--user', 'root']);
  t.is(code, 0, stderr);
  t.regex(stderr, /stopping\n$/);
});
