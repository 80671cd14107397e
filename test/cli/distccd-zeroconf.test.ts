import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { baseEnvironment, run } from '../helpers/run.ts';
import { layCable } from '../netns/networks.ts';

/** Only root may make networks. */
const networkTest = process.getuid?.() === 0 ? test : test.skip;

const script = fileURLToPath(new URL('../netns/print-mdns.js', import.meta.url));

networkTest(
  'distccd --zeroconf offers itself with the keys and the subtype of the original',
  async (t) => {
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
    const find = async (name: string): Promise<Record<string, unknown>[]> => {
      const { stdout } = await run(t, client.within([process.execPath, script, name]));
      return JSON.parse(stdout) as Record<string, unknown>[];
    };
    const dump = async (option: string): Promise<string> =>
      (await run(t, ['cc', option])).stdout.trim();
    const [machine, version] = [await dump('-dumpmachine'), await dump('-dumpversion')];
    const subtype = `_${machine}--${version}`.toLowerCase().replace(/[^_a-z0-9]|(?<=.)_/g, '-');
    let found: Record<string, unknown>[] = [];
    for (let tries = 0; tries < 30 && found.length === 0; tries += 1) {
      found = await find('_distcc._tcp.local');
    }
    t.is(found.length, 1, await readFile(logFile, 'utf8').catch(() => 'no log'));
    t.like(found[0], { port: 3700, spec: { limit: 6 }, toolchain: { machine, version } });
    t.is((await find(`${subtype}._sub._distcc._tcp.local`)).length, 1, subtype);
    t.is((await find('_none--1._sub._distcc._tcp.local')).length, 0);
    t.regex(
      await readFile(logFile, 'utf8'),
      new RegExp(`offered by multicast DNS as distcc@${os.hostname()}`),
    );
    daemon.kill('SIGTERM');
    t.deepEqual(await ended, [0, null]);
    t.deepEqual(await find('_distcc._tcp.local'), [], 'it takes its offer back');
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
