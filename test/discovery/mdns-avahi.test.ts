import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf, fixture } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { layCable, makeMachine } from '../netns/networks.ts';
import type { Families, Machine } from '../netns/networks.ts';

const NOBODY = 'lsdistcc: No host was found for "_distcc._tcp.local"\n';

/** Only root may make networks; where it may not, nothing of this file can be tried. */
const networkTest = process.getuid?.() === 0 ? test : test.skip;

const PORT = '3700';
const patient = ['-t30', '-c9000', '-k20000', '--no-blacklist'];

/** Run one of our programs on a machine. */
function runOn(
  t: ExecutionContext,
  machine: Machine,
  words: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<Run> {
  return run(t, machine.within(words), options);
}

function lsdistcc(t: ExecutionContext, machine: Machine, ...args: readonly string[]): Promise<Run> {
  return runOn(t, machine, [...commandOf('lsdistcc'), ...patient, '--mdns', ...args]);
}

/** A farm of one machine named red, and a client that can see it. */
async function startFarm(t: ExecutionContext, families: Families): Promise<Machine> {
  const { farm, client } = layCable(t, families);
  const config = path.join(await makeFolder(t), 'avahi.conf');
  const ipv4 = families === 'both' ? 'yes' : 'no';
  await writeFile(config, `[server]\nhost-name=red\nuse-ipv4=${ipv4}\nuse-ipv6=yes\n`);
  const listen = families === 'both' ? '0.0.0.0' : '::';
  const allow = ['--allow', '10.99.0.0/24', '--allow', 'fe80::/10'];
  const options = ['--jobs', '6', '--port', PORT, '--listen', listen, ...allow];
  const daemon = ['distccd', '--no-detach', '--daemon', '--zeroconf', ...options];
  const words = ['sh', fixture('avahi-machine'), config, ...daemon];
  const [program = '', ...args] = farm.within(words);
  spawn(program, args, { stdio: 'ignore' });
  for (let tries = 0; tries < 40; tries += 1) {
    const { stdout } = await lsdistcc(t, client, '-k0'); // avahi takes a second to make sure of the name
    if (stdout !== '') return client;
  }
  throw new Error('The farm of avahi-daemon does not offer itself');
}

networkTest(
  'lsdistcc --mdns finds a distccd that avahi offers, vets it and takes its slots',
  async (t) => {
    const client = await startFarm(t, 'both');
    const found = await lsdistcc(t, client);
    t.deepEqual([found.stdout, found.code], [`10.99.0.1:${PORT}/6\n`, 0], found.stderr);
    const json = await lsdistcc(
      t,
      client,
      '--target',
      'x86_64-linux-gnu/gcc-12',
      '--format',
      'json',
    );
    const { hosts } = JSON.parse(json.stdout) as { hosts: Record<string, unknown>[] };
    t.is(hosts.length, 1, 'the service and its subtype lead to one machine');
    t.like(hosts[0], { host: 'red.local', verdict: 'up', slots: 6, target: 'x86_64' });
    t.regex(
      String(hosts[0]?.['source']),
      /^mdns:(?:_x86-64-linux-gnu--12\._sub\.)?_distcc\._tcp\.local$/,
    );

    const script = fileURLToPath(new URL('../netns/print-mdns.js', import.meta.url));
    const findSubtype = async (version: string): Promise<readonly object[]> => {
      const subtype = `_x86-64-linux-gnu--${version}._sub._distcc._tcp.local`;
      return JSON.parse(
        (await runOn(t, client, [process.execPath, script, subtype])).stdout,
      ) as object[];
    };
    t.like((await findSubtype('12'))[0], {
      name: 'red.local',
      port: Number(PORT),
      spec: { limit: 6 },
      toolchain: { machine: 'x86_64-linux-gnu', version: '12' },
    });
    t.deepEqual(await findSubtype('11'), []);
  },
);

networkTest(
  'lsdistcc --mdns finds a host by IPv6 alone, and our distcc compiles there',
  async (t) => {
    const client = await startFarm(t, 'ipv6');
    const found = await lsdistcc(t, client);
    const spec = `[fe80::1%eth0]:${PORT}/6`;
    t.deepEqual([found.stdout, found.code], [`${spec}\n`, 0], found.stderr);
    const folder = await makeFolder(t);
    await writeFile(path.join(folder, 'a.c'), 'int a(void) { return 42; }\n');
    const compile = [...commandOf('distcc'), 'gcc', '-c', 'a.c', '-o'];
    const env = { DISTCC_HOSTS: found.stdout.trim(), DISTCC_FALLBACK: '0', DISTCC_VERBOSE: '1' };
    const remote = await runOn(t, client, [...compile, 'remote.o'], { cwd: folder, env });
    t.is(remote.code, 0, remote.stderr);
    t.true(remote.stderr.includes('fe80::1%eth0'), remote.stderr);
    await run(t, ['gcc', '-c', 'a.c', '-o', 'local.o'], { cwd: folder });
    const [remoteObject, localObject] = await Promise.all(
      ['remote.o', 'local.o'].map((name) => readFile(path.join(folder, name))),
    );
    t.deepEqual(remoteObject, localObject);
  },
);

networkTest(
  'lsdistcc --mdns finds nobody on a network without multicast, and does not fail',
  async (t) => {
    const lonely = makeMachine(t);
    const { client } = layCable(t, 'none');
    for (const machine of [lonely, client]) {
      const { stdout, stderr, code } = await lsdistcc(t, machine);
      t.deepEqual([stdout, stderr, code], ['', NOBODY, 1]);
    }
    const nothing = ['unshare', '--net', ...commandOf('lsdistcc'), '--mdns'];
    const { stdout, stderr, code } = await run(t, nothing);
    t.deepEqual([stdout, stderr, code], ['', NOBODY, 1], 'no interface at all is up');
  },
);
