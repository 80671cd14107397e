import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { startServer } from '../server/start-server.ts';
import { answerWitness } from '../vetting/answer-witness.ts';

/** Wide limits: the tests of a loaded machine are not about speed. */
const patient = ['-t30', '-c9000', '-k9000'];

const compiles = answerWitness(['gcc']);
const silent: Script = ({ socket }) => void socket.resume();

function lsdistcc(t: ExecutionContext, args: readonly string[], stdin = ''): Promise<Run> {
  return runCli(t, 'lsdistcc', [...patient, '--no-blacklist', ...args], { stdin });
}

/** Servers that compile, and the lines that lsdistcc prints of them. */
async function startFarm(t: ExecutionContext, count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => startFakeDistccd(t, compiles));
  return (await Promise.all(servers)).map(({ port }) => `127.0.0.1:${port}`);
}

const deadHost = async (): Promise<string> => `127.0.0.1:${await findFreePort()}`;

test('lsdistcc prints the hosts that are good, one a line, and nothing else', async (t) => {
  const hosts = await startFarm(t, 3);
  const result = await lsdistcc(t, ['--sort', 'source', ...hosts, await deadHost()]);
  t.deepEqual([result.stdout, result.stderr, result.code], [`${hosts.join('\n')}\n`, '', 0]);
});

test('lsdistcc --sort source keeps one list behind the other: words, files, standard input', async (t) => {
  const hosts = await startFarm(t, 6);
  const file = path.join(await makeFolder(t), 'hosts');
  await writeFile(file, `${hosts.slice(2, 4).join('\n')} # the others are elsewhere`);
  const args = ['--sort', 'source', '--hosts-file', file, '-', ...hosts.slice(0, 2)];
  const { stdout } = await lsdistcc(t, args, hosts.slice(4).join(' '));
  t.is(stdout, `${hosts.join('\n')}\n`);
});

test('lsdistcc --help and --version print and end with 0', async (t) => {
  const help = await runCli(t, 'lsdistcc', ['--help']);
  t.regex(help.stdout, /Usage:[^]*--explain/);
  const version = await runCli(t, 'lsdistcc', ['--version']);
  t.regex(version.stdout, /^lsdistcc \d+\.\d+\.\d+ /);
  t.deepEqual([help.code, version.code, help.stderr, version.stderr], [0, 0, '', '']);
});

for (const args of [
  ...[
    ['--bogus'],
    ['-z'],
    ['-r99999', 'red'],
    ['-r0', 'red'],
    ['red:99999'],
    ['red,'],
    ['red,,lzo'],
  ],
  ...[['-P4', 'red'], ['-m129', 'red'], ['-tx', 'red'], ['-k-1', 'red'], ['-c1.5', 'red'], ['-r']],
  ...[['--format', 'xml', 'red'], ['--sort', 'size', 'red'], ['--slots', '0', 'red'], ['a%db%d']],
  ...[
    ['--dns-server', 'red', 'blue'],
    ['--verify', 'nothing', 'red'],
    ['--min-hosts', 'x', 'red'],
  ],
]) {
  test(`lsdistcc ${args.join(' ')} is wrong usage: 2, and one line`, async (t) => {
    const result = await runCli(t, 'lsdistcc', args);
    t.deepEqual([result.code, result.stdout], [2, '']);
    t.regex(result.stderr, /^lsdistcc: .+\n$/);
  });
}

test('lsdistcc ends with 1 when fewer hosts are good than wanted, and with 0 otherwise', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const dead = await deadHost();
  const codeOf = async (...args: string[]): Promise<number | null> =>
    (await lsdistcc(t, args)).code;
  t.is(await codeOf(dead), 1);
  t.is(await codeOf(host, dead), 0);
  t.is(await codeOf('--min-hosts', '2', host, dead), 1);
  t.is(await codeOf('--min-hosts', '0', dead), 0);
});

test('lsdistcc ends with 0 when its total limit is over and enough hosts are good', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const mute = await startFakeDistccd(t, silent);
  const result = await lsdistcc(t, ['-t3', '-k20000', host, `127.0.0.1:${mute.port}`]);
  t.deepEqual([result.stdout, result.code], [`${host}\n`, 0]);
});

test('lsdistcc takes the letters of the original with their values attached', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const port = host.slice(host.indexOf(':') + 1);
  const letters = ['-t20', '-h300', '-c8000', '-k8000', '-m24', '-o5', '-g3', `-r${port}`];
  const result = await lsdistcc(t, [...letters, '-P2', '-pgcc', '-l', '-n', '-x', '127.0.0.1']);
  t.regex(result.stdout, new RegExp(`^127\\.0\\.0\\.1:${port},lzo \\d+\n$`), result.stderr);
  const verbose = await lsdistcc(t, ['-v', '-d', host]);
  t.regex(verbose.stderr, /: up, \d+ ms, x86_64, GCC:/);
  const apart = await lsdistcc(t, ['-r', port, '-P', '1', '127.0.0.1']);
  t.is(apart.stdout, `${host}\n`, 'values may stand apart, too');
});

test('lsdistcc -x lists bad hosts as down, and never those without an address', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const dead = await deadHost();
  const result = await lsdistcc(t, ['-x', host, dead, '256.256.256.256']);
  t.is(result.stdout, `${host}\n${dead},down\n`);
});

test('lsdistcc -k0 asks for the connection alone, -c0 for the name alone', async (t) => {
  const mute = await startFakeDistccd(t, silent);
  const host = `127.0.0.1:${mute.port}`;
  t.is((await lsdistcc(t, ['-k300', host])).code, 1);
  t.is((await lsdistcc(t, ['-k0', host])).stdout, `${host}\n`);
  const dead = await deadHost();
  t.is((await lsdistcc(t, ['-c0', dead])).stdout, `${dead}\n`);
});

test('lsdistcc finds the hosts of a pattern by DNS, until one is missing', async (t) => {
  const server = await startServer(t, { listen: '0.0.0.0', jobs: 2 });
  const names = {
    'node01.lab': { A: ['127.0.0.1'] },
    'node02.lab': { A: ['127.0.0.1'] },
    'node03.lab': { AAAA: ['::1'] },
    'node05.lab': { A: ['127.0.0.5'] },
  };
  const dns = await startDnsServer(t, { names });
  const find = (...args: string[]): Promise<Run> =>
    lsdistcc(t, [
      '-x',
      '-k0',
      `-r${server.port}`,
      '--dns-server',
      `127.0.0.1:${dns.port}`,
      ...args,
    ]);
  const plain = await find('--sort', 'name', 'node%02d.lab');
  const spec = (name: string, state = ''): string => `${name}:${server.port}${state}\n`;
  t.is(plain.stdout, spec('node01.lab') + spec('node03.lab', ',down'), plain.stderr);
  const gap = await find('--sort', 'name', '-g1', '-n', '--start', '4', 'node%02d.lab');
  t.is(gap.stdout, spec('127.0.0.5'));
});

test('lsdistcc says nothing of a pattern without hosts but its exit code, and why when asked', async (t) => {
  const dns = await startDnsServer(t, { names: {} });
  const where = ['--dns-server', `127.0.0.1:${dns.port}`, '--no-cache', '-k0'];
  const quiet = await lsdistcc(t, [...where, 'no%d.lab']);
  t.deepEqual([quiet.code, quiet.stdout], [1, '']);
  t.true(quiet.stderr.split('\n').length <= 2, quiet.stderr);
  const json = await lsdistcc(t, [...where, '--format', 'json', 'no%d.lab']);
  t.like(JSON.parse(json.stdout), { good: 0 });
});

test('lsdistcc -p asks for a compiler, and finds no host without it', async (t) => {
  const server = await startServer(t);
  const host = `127.0.0.1:${server.port}`;
  t.is((await lsdistcc(t, ['-pgcc-12', host])).stdout, `${host}\n`);
  const none = await lsdistcc(t, ['-pgcc-99', '--explain', host]);
  t.deepEqual([none.code, none.stdout], [1, '']);
  t.regex(none.stderr, /: no-compiler: .*"gcc-99" is not allowed here.*\n$/);
});

test('lsdistcc takes hosts from its words, a file and standard input', async (t) => {
  const [word = '', inFile = '', piped = ''] = await startFarm(t, 3);
  const file = path.join(await makeFolder(t), 'hosts');
  await writeFile(file, `# ours\n${inFile}/7,lzo\n`);
  const args = ['--sort', 'name', '--hosts-file', file, '-', word];
  const result = await lsdistcc(t, args, `${piped} red, # one is wrong\n`);
  const lines = result.stdout.trimEnd().split('\n').sort();
  t.deepEqual(lines, [`${inFile}/7,lzo`, piped, word].sort());
  t.regex(result.stderr, /^lsdistcc: .*"red,".*\n$/);
});

test('lsdistcc says that a hosts file is not there: 107', async (t) => {
  const result = await lsdistcc(t, ['--hosts-file', '/no/such/file']);
  t.is(result.stderr, 'lsdistcc: Cannot read the hosts file "/no/such/file": ENOENT\n');
  t.is(result.code, 107);
});

test('lsdistcc --format line prints one line, or nothing at all', async (t) => {
  const hosts = await startFarm(t, 2);
  const result = await lsdistcc(t, ['--format', 'line', '--sort', 'source', ...hosts]);
  t.is(result.stdout, `${hosts.join(' ')}\n`);
  t.is((await lsdistcc(t, ['--format', 'line', await deadHost()])).stdout, '');
});

test('lsdistcc --format json tells all of every candidate', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const dead = await deadHost();
  const { stdout } = await lsdistcc(t, ['--format', 'json', `${host}/5`, dead]);
  const document = JSON.parse(stdout) as { hosts: Record<string, unknown>[] };
  t.like(document, { version: 1, good: 1 });
  const [up, down] = document.hosts;
  t.like(up, { host: '127.0.0.1', spec: `${host}/5`, verdict: 'up', slots: 5, target: 'x86_64' });
  t.true(Number(up?.['compileMs']) > 0 && Number(up?.['totalMs']) > 0);
  t.like(down, { spec: `${dead},down`, verdict: 'refused', address: '127.0.0.1' });
  t.false('compileMs' in (down ?? {}), 'what is unknown is absent');
});

test('lsdistcc --format table is a table', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const { stdout } = await lsdistcc(t, ['--format', 'table', host, await deadHost()]);
  const lines = stdout.trimEnd().split('\n');
  t.is(lines.length, 3);
  t.regex(lines[0] ?? '', /^HOST +ADDRESS +VERDICT/);
  const column = lines[0]?.indexOf('VERDICT') ?? 0;
  t.deepEqual(
    lines.slice(1).map((line) => line.slice(column, column + 7)),
    ['up     ', 'refused'],
  );
});

test('lsdistcc --explain gives a line to every candidate, with what to do', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const { stderr } = await lsdistcc(t, ['--explain', host, await deadHost()]);
  const lines = stderr.trimEnd().split('\n');
  t.is(lines.length, 2);
  t.regex(lines[0] ?? '', /: up, \d+ ms, x86_64, GCC/);
  t.regex(lines[1] ?? '', /: refused: Cannot connect to .*: ECONNREFUSED\. Start distccd/);
});

test('lsdistcc with many hosts says nothing of its own insides', async (t) => {
  const mute = await startFakeDistccd(t, silent);
  const names = Array.from({ length: 40 }, (_, index) => [`h${index + 1}.lab`, index] as const);
  const records = names.map(([name, index]) => [name, { A: [`127.0.1.${index}`] }] as const);
  const dns = await startDnsServer(t, { names: Object.fromEntries(records) });
  const server = await startServer(t, { listen: '0.0.0.0' });
  const where = ['--dns-server', `127.0.0.1:${dns.port}`, '--explain', '-k400'];
  const result = await lsdistcc(t, [...where, `-r${server.port}`, 'h%d.lab']);
  t.is(result.stderr.trimEnd().split('\n').length, 40, result.stderr);
  t.notRegex(result.stderr, /Warning|node:/);
  t.is(mute.callCount(), 0);
});

test('lsdistcc --max-hosts stops when so many are good', async (t) => {
  const hosts = await startFarm(t, 1);
  const mute = await startFakeDistccd(t, silent);
  const args = ['--max-hosts', '1', '-k20000', ...hosts, `127.0.0.1:${mute.port}`];
  const result = await lsdistcc(t, args);
  t.deepEqual([result.stdout, result.code], [`${hosts.join('')}\n`, 0]);
});

test('lsdistcc --sort found streams into a head -1, which ends it quietly', async (t) => {
  const hosts = await startFarm(t, 2);
  const slow = await startFakeDistccd(t, async (call) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await compiles(call);
  });
  const words = [...hosts, `127.0.0.1:${slow.port}`];
  const command = `${[...commandOf('lsdistcc'), ...patient].join(' ')} "$@" | head -1`;
  for (const sort of ['found', 'speed']) {
    const args = ['-c', command, 'sh', '--sort', sort, ...words];
    const result = await run(t, ['/bin/sh', ...args]);
    t.regex(result.stdout, /^127\.0\.0\.1:\d+\n$/);
    t.is(result.stderr, '');
  }
});

test('lsdistcc shows its progress on a terminal and nowhere else', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const command = [...commandOf('lsdistcc'), ...patient, host, await deadHost()];
  const terminal = ['script', '-qec', `${command.join(' ')} >out`, '/dev/null'];
  const shown = await run(t, terminal);
  t.regex(shown.stdout, /asked \d+, good \d, bad \d, waiting \d/);
  t.true(shown.stdout.endsWith('\r\u001B[K'), 'the line is taken away at the end');
  t.is((await run(t, command)).stderr, '');
});

test('lsdistcc ended by SIGINT says nothing and ends with 130', async (t) => {
  const mute = await startFakeDistccd(t, silent);
  const args = [...patient, `127.0.0.1:${mute.port}`];
  const result = await runCli(t, 'lsdistcc', args, {
    onStart: (child) => {
      void waitUntil('it waits', () => mute.callCount() === 1).then(() => child.kill('SIGINT'));
    },
  });
  t.deepEqual([result.code, result.stdout, result.stderr], [130, '', '']);
});

for (const sort of ['found', 'speed']) {
  test(`lsdistcc --sort ${sort} says that the disk is full: 107`, async (t) => {
    const [host = ''] = await startFarm(t, 1);
    const command = [...commandOf('lsdistcc'), ...patient, '--sort', sort, host].join(' ');
    const { code, stderr } = await run(t, ['/bin/sh', '-c', `${command} >/dev/full`]);
    t.deepEqual([code, stderr], [107, 'lsdistcc: Cannot write the output: ENOSPC\n']);
  });
}

test('lsdistcc ends at once when nobody reads its answer to the end', async (t) => {
  const [host = ''] = await startFarm(t, 1);
  const [program, ...own] = commandOf('lsdistcc');
  const child = spawn(program, [...own, ...patient, host], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [code] = (await once(child, 'exit')) as [number | null];
  t.true(code === 0 || code === 141, String(code));
});
