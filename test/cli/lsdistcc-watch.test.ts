import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { addressOf } from '../discovery/fake-resolver.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import type { NameScript } from '../dns/start-dns-server.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { answerWitness } from '../vetting/answer-witness.ts';

const silent: Script = ({ socket }) => void socket.resume();
const refuses: Script = ({ socket }) => void socket.destroy();
const compiles = answerWitness(['gcc']);

/** Two hosts by name, `node1.lab` and `node2.lab`, whose names and daemons can be changed. */
async function startFarm(t: ExecutionContext) {
  let script: Script = compiles;
  const fake = await startFakeDistccd(t, (call) => script(call));
  const names: Record<string, NameScript> = { 'node1.lab': { A: ['127.0.0.1'] } };
  let isDead = false;
  const dns = await startDnsServer(t, {
    names: (name) => (isDead ? { dropFirst: Infinity } : names[name]),
  });
  const folder = await makeFolder(t);
  const file = path.join(folder, 'hosts');
  const where = ['--dns-server', `127.0.0.1:${dns.port}`, `-r${fake.port}`, '--write', file];
  return {
    ...fake,
    names,
    folder,
    file,
    questions: dns.questions,
    args: ['-t30', '-c9000', '-k20000', '--no-cache', ...where],
    line: (name: string) => `${name}:${fake.port}\n`,
    read: () => readFile(file, 'utf8').catch(() => undefined),
    become: (next: Script) => void (script = next),
    killDns: () => void (isDead = true),
    reviveDns: () => void (isDead = false),
  };
}

/** A program that runs until it is stopped, and what it has said so far. */
interface Watching {
  readonly said: () => string;
  readonly stop: (signal?: NodeJS.Signals) => Promise<Run>;
}

async function startWatch(t: ExecutionContext, args: readonly string[]): Promise<Watching> {
  let stderr = '';
  let child: ChildProcess | undefined;
  const ended = runCli(t, 'lsdistcc', args, {
    onStart: (started) => {
      child = started;
      started.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    },
  });
  t.teardown(() => child?.kill('SIGKILL'));
  await waitUntil('it has started', () => child !== undefined);
  return {
    said: () => stderr,
    stop: (signal = 'SIGTERM') => {
      child?.kill(signal);
      return ended;
    },
  };
}

test('lsdistcc --watch shows a host that appears and one that dies, each within a period', async (t) => {
  const farm = await startFarm(t);
  let script: Script = refuses;
  const other = await startFakeDistccd(t, (call) => script(call));
  const hosts = [`127.0.0.1:${farm.port}\n`, `127.0.0.1:${other.port}\n`];
  const words = [
    ...farm.args,
    '--watch',
    '1',
    '--sort',
    'source',
    ...hosts.map((host) => host.trim()),
  ];
  const watching = await startWatch(t, words);
  await waitUntil('the first list', async () => (await farm.read()) === hosts[0]);
  for (const [becomes, list] of [
    [compiles, hosts.join('')],
    [refuses, hosts[0]],
    [compiles, hosts.join('')],
  ] as const) {
    script = becomes;
    const before = other.callCount();
    await waitUntil(`the list is ${list ?? ''}`, async () => (await farm.read()) === list);
    // The round that was under way when the host changed, and the next; a failure blacklists nobody here.
    t.true(other.callCount() - before <= 2, `${other.callCount() - before} rounds`);
  }
  t.is((await watching.stop()).code, 143);
});

test('lsdistcc --watch shows a host whose name appears or goes', async (t) => {
  const farm = await startFarm(t);
  const watching = await startWatch(t, [...farm.args, '--watch', '1', 'node1.lab', 'node2.lab']);
  const [one, two] = ['node1.lab', 'node2.lab'];
  for (const [here, gone] of [
    [one, two],
    [two, one],
    [one, two],
  ] as const) {
    farm.names[here] = { A: ['127.0.0.1'] };
    farm.names[gone] = { rcode: 3 };
    await waitUntil(`the list is ${here}`, async () => (await farm.read()) === farm.line(here));
  }
  t.is((await watching.stop()).code, 143);
});

test('lsdistcc --watch reads its hosts file anew, and leaves the list as it was while there is none', async (t) => {
  const { args, folder, read, line } = await startFarm(t);
  const hosts = path.join(folder, 'farm');
  await writeFile(hosts, 'node1.lab');
  const watching = await startWatch(t, [...args, '--watch', '1', '--hosts-file', hosts]);
  await waitUntil('the first list is there', async () => (await read()) === line('node1.lab'));
  await rm(hosts);
  await waitUntil('it is missed', () => watching.said().includes('Cannot read the hosts file'));
  t.is(await read(), line('node1.lab'));
  await writeFile(hosts, '127.0.0.1');
  await waitUntil('the new host is listed', async () => (await read()) === line('127.0.0.1'));
  t.is((await watching.stop()).code, 143);
});

test('lsdistcc --watch leaves the list as it was through every hiccup, and says so', async (t) => {
  const farm = await startFarm(t);
  const watching = await startWatch(t, [...farm.args, '--watch', '1', 'node1.lab', 'node2.lab']);
  await waitUntil('the first list', async () => (await farm.read()) !== undefined);
  const good = farm.line('node1.lab');
  const warnings = (): number =>
    watching.said().match(/^lsdistcc: 0 hosts are good, 1 are wanted: the list stays as it was$/gm)
      ?.length ?? 0;
  const survives = async (what: string): Promise<void> => {
    const before = warnings();
    await waitUntil(`it warns of ${what}`, () => warnings() > before + 1);
    t.is(await farm.read(), good, what);
  };
  farm.killDns();
  await survives('a dead DNS server');
  farm.reviveDns();
  farm.become(refuses);
  await survives('hosts that are all down');
  farm.become(compiles);
  farm.names['node1.lab'] = { rcode: 3 };
  await survives('names that are all gone');
  farm.names['node2.lab'] = { A: ['127.0.0.1'] };
  await waitUntil('it goes on', async () => (await farm.read()) === farm.line('node2.lab'));
  await watching.stop();
});

test('lsdistcc --watch without a file prints the list again when it changes, and only then', async (t) => {
  const farm = await startFarm(t);
  const args = farm.args.slice(0, farm.args.indexOf('--write'));
  const watching = await startWatch(t, [...args, '--watch', '1', 'node1.lab', 'node2.lab']);
  const rounds = (name: string): number =>
    farm.questions.filter((each) => each === `${name} A`).length;
  await waitUntil('some rounds', () => rounds('node1.lab') > 3);
  farm.names['node2.lab'] = { A: ['127.0.0.1'] };
  farm.names['node1.lab'] = { rcode: 3 };
  const before = rounds('node2.lab');
  await waitUntil('more rounds', () => rounds('node2.lab') > before + 3);
  const { stdout } = await watching.stop('SIGINT');
  t.is(stdout, farm.line('node1.lab') + farm.line('node2.lab'));
});

test('lsdistcc --write keeps the old list when fewer hosts are good than wanted', async (t) => {
  const farm = await startFarm(t);
  await writeFile(farm.file, 'old\n');
  const few = await runCli(t, 'lsdistcc', [...farm.args, '--min-hosts', '2', 'node1.lab']);
  t.deepEqual([await farm.read(), few.code, few.stdout], ['old\n', 1, '']);
  t.is(few.stderr, 'lsdistcc: 1 hosts are good, 2 are wanted: the list stays as it was\n');
  const enough = await runCli(t, 'lsdistcc', [...farm.args, 'node1.lab']);
  t.deepEqual([await farm.read(), enough.code, enough.stdout], [farm.line('node1.lab'), 0, '']);
  t.deepEqual(await readdir(farm.folder), ['hosts']);
});

test('lsdistcc --write says that it cannot write, and leaves nothing behind', async (t) => {
  const farm = await startFarm(t);
  const args = farm.args.with(-1, path.join(farm.folder, 'no', 'such', 'folder'));
  const { code, stderr } = await runCli(t, 'lsdistcc', [...args, 'node1.lab']);
  t.is(code, 107);
  t.regex(stderr, /^lsdistcc: Cannot write the list "[^\n]*\/no\/such\/folder": ENOENT\n$/);
});

test('lsdistcc --watch --write brings back a list that somebody removed, and outlives what it cannot replace', async (t) => {
  const farm = await startFarm(t);
  farm.names['node1.lab'] = { A: ['127.0.0.1'] };
  const watching = await startWatch(t, [...farm.args, '--watch', '1', 'node1.lab']);
  const isWritten = async (): Promise<boolean> => (await farm.read()) === farm.line('node1.lab');
  await waitUntil('the first list', isWritten);
  await rm(farm.file);
  await waitUntil('the list again', isWritten);
  await rm(farm.file);
  await mkdir(farm.file);
  await waitUntil('it warns', () => /Cannot write the list/.test(watching.said()));
  await rm(farm.file, { recursive: true });
  await waitUntil('the list once more', isWritten);
  t.is((await watching.stop()).code, 143);
});

test('lsdistcc --write replaces what a link leads to, and leaves the link', async (t) => {
  const farm = await startFarm(t);
  const real = path.join(farm.folder, 'real');
  await symlink('real', farm.file);
  for (const old of [undefined, 'old\n']) {
    if (old !== undefined) await writeFile(real, old);
    const { code } = await runCli(t, 'lsdistcc', [...farm.args, 'node1.lab']);
    t.deepEqual([code, await readFile(real, 'utf8')], [0, farm.line('node1.lab')]);
    t.is(await readlink(farm.file), 'real');
  }
  t.deepEqual((await readdir(farm.folder)).sort(), ['hosts', 'real']);
});

test('lsdistcc --write neither replaces nor reads what is no file', async (t) => {
  const farm = await startFarm(t);
  await run(t, ['mkfifo', farm.file]); // as /dev/null: root could put a file in its place
  const { code, stderr } = await runCli(t, 'lsdistcc', [...farm.args, 'node1.lab']);
  t.is(code, 107);
  t.regex(
    stderr,
    /^lsdistcc: Cannot write the list "[^\n]*": it is no file that can be replaced\n$/,
  );
  t.true((await stat(farm.file)).isFIFO());
});

for (const option of ['--watch', '--write']) {
  test(`lsdistcc ${option} with --format github is wrong usage: it would empty FILE, or append for ever`, async (t) => {
    const farm = await startFarm(t);
    await writeFile(farm.file, 'old\n');
    const words = option === '--watch' ? [...farm.args.slice(0, -2), '--watch', '1'] : farm.args;
    const env = { GITHUB_ENV: path.join(farm.folder, 'env') };
    const command = [...words, '--format', 'github', 'node1.lab'];
    const { code, stderr } = await runCli(t, 'lsdistcc', command, { env });
    t.is(code, 2);
    t.regex(stderr, new RegExp(`^lsdistcc: Cannot take both --format github and ${option}: `));
    t.deepEqual([await farm.read(), await readdir(farm.folder)], ['old\n', ['hosts']]);
  });
}

for (const [when, script, options] of [
  ['between two rounds', compiles, ['--watch', '3600']],
  ['while a host is asked', silent, ['--watch', '3600', '-t0', '-k3000000']],
] as const) {
  test(`lsdistcc --watch ended by SIGTERM ${when} ends at once and leaves no file of its own`, async (t) => {
    const farm = await startFarm(t);
    farm.become(script);
    await writeFile(farm.file, 'old\n');
    const watching = await startWatch(t, [...farm.args, ...options, 'node1.lab']);
    await waitUntil('it asks', () => farm.callCount() === 1);
    const list = script === compiles ? farm.line('node1.lab') : 'old\n';
    await waitUntil('it waits', async () => (await farm.read()) === list);
    const { code, stdout, stderr, leftovers } = await watching.stop();
    t.deepEqual([code, stdout, stderr, leftovers], [143, '', '', []]);
    t.is(await farm.read(), list);
    t.deepEqual(await readdir(farm.folder), ['hosts']);
  });
}

/** Reads a file as fast as it can, until its input ends; prints how often each kind of text was read. */
const reader = `
const { readFileSync } = require('node:fs');
const known = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const counts = {};
let isOver = false;
process.stdin.on('end', () => (isOver = true)).resume();
(function look() {
  for (let time = 0; time < 50; time += 1) {
    const text = readFileSync(process.argv[1], 'utf8');
    const index = known.indexOf(text);
    const kind = index < 0 ? 'neither, ' + text.length + ' characters' : String(index);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  if (isOver) console.log(JSON.stringify(counts));
  else setImmediate(look);
})();`;

test('lsdistcc --write replaces its file whole: no reader ever sees an empty or a partial one', async (t) => {
  const folder = await makeFolder(t);
  const lists = [3000, 2].map((count) =>
    Array.from({ length: count }, (_, index) => `${addressOf(index + 1)}\n`).join(''),
  );
  const files = ['long', 'short', 'hosts'].map((name) => path.join(folder, name));
  await Promise.all(files.map((name, index) => writeFile(name, lists[index % 2] ?? '')));
  const [long = '', short = '', file = ''] = files;
  const watcher = spawn(process.execPath, ['-e', reader, file, long, short]);
  const told = text(watcher.stdout);
  for (let round = 0; round < 8; round += 1) {
    // Without a connection, every host is taken as it is.
    const args = ['-t30', '-c0', '--no-cache', '--sort', 'source', '--write', file, '-'];
    const stdin = lists[(round + 1) % 2] ?? '';
    const { code, stderr } = await runCli(t, 'lsdistcc', args, { stdin });
    t.deepEqual([code, stderr], [0, '']);
  }
  watcher.stdin.end();
  const counts = JSON.parse(await told) as Record<string, number>;
  t.deepEqual(Object.keys(counts).sort(), ['0', '1'], JSON.stringify(counts));
});

test('lsdistcc --write of a table is plain on a terminal, too', async (t) => {
  const farm = await startFarm(t);
  const command = [...commandOf('lsdistcc'), ...farm.args];
  const words = [...command, '--format', 'table', 'node1.lab'].join(' ');
  const terminal = ['script', '-qec', `stty cols 40; ${words}`, '/dev/null'];
  await run(t, terminal, { env: { TERM: 'xterm' } });
  const table = readFileSync(farm.file, 'utf8');
  t.regex(table, /^HOST +ADDRESS[^\n]*\nnode1\.lab[^\n]* up [^\n]*GCC: [^\n]*\n$/);
  t.false(table.includes('\u001B'));
});
