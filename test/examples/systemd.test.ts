import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { baseEnvironment, killGroup, run, runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import type { RunningDaemon } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { exampleFile, linkPrograms, PATIENTLY } from './run-example.ts';

/** systemd.exec(5), "Environment variables in spawned processes". */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';
const LIST = '/run/lsdistcc/hosts';

function readUnit(name: string): string {
  return readFileSync(exampleFile(`systemd/${name}`), 'utf8');
}

/** The words of a unit's ExecStart as systemd hands them on: `%%` is one `%`. */
function readExecStart(name: string): string[] {
  const line = /^ExecStart=(.*)$/m.exec(readUnit(name))?.[1] ?? '';
  if (/%/.test(line.replaceAll('%%', ''))) throw new RangeError(`A specifier in "${line}"`);
  return line.replaceAll('%%', '%').split(' ');
}

for (const name of ['distccd.service', 'lsdistcc-watch.service']) {
  test(`systemd-analyze verify finds nothing wrong with ${name}`, async (t) => {
    const folder = await makeFolder(t);
    const bin = await linkPrograms(path.join(folder, 'bin'));
    const file = path.join(folder, name);
    await writeFile(file, readUnit(name).replaceAll('/usr/local/bin', bin));
    const result = await run(t, ['systemd-analyze', 'verify', '--man=no', file]);
    t.is(result.stderr, '');
    t.is(result.code, 0);
  });
}

test('systemd-analyze security finds little that distccd.service could do to its machine', async (t) => {
  const file = path.join(await makeFolder(t), 'distccd.service');
  await writeFile(file, readUnit('distccd.service'));
  // 1.5 of 10 with systemd 252; the rest is the network, and memory that Node writes and executes.
  const words = ['security', '--offline=yes', '--no-pager', '--threshold=20', file];
  const result = await run(t, ['systemd-analyze', ...words]);
  t.is(result.code, 0, result.stdout);
});

test('distccd.service starts a daemon that compiles for private addresses', async (t) => {
  const [program = '', ...args] = readExecStart('distccd.service');
  t.is(path.basename(program), 'distccd');
  const { port } = await startOurDistccd(t, { args, env: { PATH } });
  const host = `127.0.0.1:${port}`;
  const result = await runCli(t, 'lsdistcc', [...PATIENTLY.split(' '), '--explain', host]);
  t.is(result.stdout, `${host}\n`, result.stderr);
});

/** The watch of the unit, every second, in a folder of the test's own. */
interface Watch {
  /** The list, or nothing before there is one. */
  readonly readList: () => string;
  /** What it said so far, a line for each host and period. */
  readonly readLog: () => string;
  /** How it ended on SIGTERM. */
  readonly stop: () => Promise<number | null>;
  readonly folder: string;
}

async function startWatch(t: ExecutionContext, more: readonly string[]): Promise<Watch> {
  const base = await makeFolder(t);
  const folder = path.join(base, 'run');
  await mkdir(folder);
  const [, ...words] = readExecStart('lsdistcc-watch.service');
  t.is(words[words.indexOf('--watch') + 1], '30');
  t.is(words[words.indexOf('--write') + 1], LIST);
  const list = path.join(folder, 'hosts');
  const args = words.map((word) => (word === LIST ? list : word === '30' ? '1' : word));
  const [program, ...own] = commandOf('lsdistcc');
  const child = spawn(program, [...own, ...args, '--explain', ...more], {
    env: baseEnvironment(base, base),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  t.teardown(() => {
    killGroup(child.pid);
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exit = once(child, 'exit') as Promise<[number | null]>;
  return {
    readList: () => readIfThere(list),
    readLog: () => log,
    stop: async () => {
      child.kill('SIGTERM');
      return (await exit)[0];
    },
    folder,
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function stop(daemon: ChildProcess): Promise<void> {
  const exit = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await exit;
}

/** The same command once more, on the same port. */
function startAgain(t: ExecutionContext, daemon: RunningDaemon): ChildProcess {
  const [program = '', ...args] = daemon.process.spawnargs;
  const env = { ...process.env, TMPDIR: daemon.tmp };
  const child = spawn(program, args, { env, stdio: 'ignore', detached: true });
  t.teardown(() => {
    killGroup(child.pid);
  });
  return child;
}

test('lsdistcc-watch.service follows hosts that die and appear, and never empties the list', async (t) => {
  const farm = await startOurDistccd(t, { isEverywhere: true });
  const other = await startOurDistccd(t);
  const names = new Map([['mydistcc1', '127.0.0.11']]);
  const addressOf = (name: string): { A: string[] } | undefined => {
    const address = names.get(name);
    return address === undefined ? undefined : { A: [address] };
  };
  const dns = await startDnsServer(t, { names: addressOf });
  const server = ['--dns-server', `127.0.0.1:${dns.port}`, '-r', String(farm.port)];
  const own = `127.0.0.1:${other.port}`;
  const watch = await startWatch(t, [...PATIENTLY.split(' '), ...server, own]);
  const history: string[] = [];
  const look = (): void => {
    const list = watch.readList();
    if (list !== (history.at(-1) ?? '')) history.push(list);
  };
  const reader = setInterval(look, 1);
  t.teardown(() => {
    clearInterval(reader);
  });
  const waitFor = (list: string): Promise<void> =>
    waitUntil(`the list is ${list}`, () => watch.readList() === list);
  const one = `mydistcc1:${farm.port}\n`;
  const both = `${own}\n${one}`;
  const all = `${both}mydistcc2:${farm.port}\n`;

  await waitFor(both);
  await stop(other.process);
  const before = watch.readLog().length;
  await waitFor(one);
  const since = watch.readLog().slice(before);
  // The period that had begun may have asked it before it died; the next one must not find it good.
  t.true([...since.matchAll(/^127\.0\.0\.1 .*: up/gm)].length <= 1, since);

  const again = startAgain(t, other); // the blacklist would leave it alone for a minute
  await waitFor(both);
  names.set('mydistcc2', '127.0.0.12');
  await waitFor(all);

  clearInterval(reader);
  look();
  t.deepEqual(history, [both, one, both, all]);

  await Promise.all([stop(again), stop(farm.process)]);
  const timesEmpty = (): number =>
    (watch.readLog().match(/^lsdistcc: 0 hosts are good/gm) ?? []).length;
  await waitUntil('no host is good', () => timesEmpty() > 0);
  const last = watch.readList(); // a period may have begun when part of the farm was down
  t.regex(last, /:\d+\n$/);
  await waitUntil('no host is good for another period', () => timesEmpty() > 1);
  t.is(watch.readList(), last);
  t.deepEqual(await readdir(watch.folder), ['hosts']);
  t.is(await watch.stop(), 143);
});
