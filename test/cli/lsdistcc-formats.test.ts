import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { hostileNames } from '../discovery/hostile-names.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { answerWitness } from '../vetting/answer-witness.ts';

const compiles = answerWitness(['gcc']);
const formats = ['hosts', 'line', 'json', 'ndjson', 'table', 'env', 'github'] as const;

/** Run lsdistcc as a step of GitHub Actions would; its files are part of what it says. */
async function lsdistcc(
  t: ExecutionContext,
  args: readonly string[],
): Promise<Run & { files: string }> {
  const folder = await makeFolder(t);
  const [environment, summary] = ['env', 'summary'].map((name) => path.join(folder, name));
  const result = await runCli(
    t,
    'lsdistcc',
    ['-t30', '-c9000', '-k20000', '--no-blacklist', '--no-cache', ...args],
    { env: { GITHUB_ENV: environment, GITHUB_STEP_SUMMARY: summary } },
  );
  const texts = [environment, summary].map((name) => readFile(name ?? '', 'utf8').catch(() => ''));
  return { ...result, files: (await Promise.all(texts)).join('') };
}

/** Two good hosts, one with slots of its own, and a dead one. */
async function startFarm(t: ExecutionContext): Promise<string[]> {
  const ports = await Promise.all([startFakeDistccd(t, compiles), startFakeDistccd(t, compiles)]);
  const [red, blue] = ports.map(({ port }) => `127.0.0.1:${port}`);
  return [`${red ?? ''}/8,lzo`, blue ?? '', `127.0.0.1:${await findFreePort()}`];
}

for (const shell of ['sh', 'bash']) {
  for (const more of [[], ['--latency'], ['--down']]) {
    test(`lsdistcc --format env ${more.join('')} sets up a build in ${shell}`, async (t) => {
      const hosts = await startFarm(t);
      const { stdout } = await lsdistcc(t, [
        '--format',
        'env',
        '--sort',
        'source',
        ...more,
        ...hosts,
      ]);
      const script =
        'eval "$1" && printf "%s|%s|" "$DISTCC_HOSTS" "$MAKEFLAGS" && env | grep -c DISTCC_HOSTS=';
      const read = await run(t, [shell, '-c', script, 'x', stdout]);
      const listed = more.includes('--down')
        ? [...hosts.slice(0, 2), `${hosts[2] ?? ''},down`]
        : hosts.slice(0, 2);
      t.is(read.stdout, `${listed.join(' ')}|-j12|1\n`, 'a list without times; 8 and 4 jobs');
    });
  }
}

test('lsdistcc --format github writes the files of GitHub Actions, and nothing else', async (t) => {
  const hosts = await startFarm(t);
  const args = ['--format', 'github', '--sort', 'source', '-l', ...hosts];
  const { stdout, stderr, files, code } = await lsdistcc(t, args);
  t.deepEqual([stdout, stderr, code], ['', '', 0]);
  const [environment, makeflags, ...summary] = files.split('\n');
  t.deepEqual(
    [environment, makeflags],
    [`DISTCC_HOSTS=${hosts.slice(0, 2).join(' ')}`, 'MAKEFLAGS=-j12'],
  );
  t.is(summary[0], '### distcc: 2 of 3 hosts are good');
  t.is(summary.filter((line) => /^\| .* \|$/.test(line)).length, 2 + 3);
});

for (const name of ['GITHUB_ENV', 'GITHUB_STEP_SUMMARY']) {
  test(`lsdistcc --format github says that it cannot write $${name}, and not that hosts are bad`, async (t) => {
    const folder = await makeFolder(t);
    const files = { GITHUB_ENV: `${folder}/env`, GITHUB_STEP_SUMMARY: `${folder}/page` };
    const env = { ...files, [name]: `${folder}/no/such/folder` };
    const args = ['--format', 'github', '-c0', '127.0.0.1'];
    const { code, stderr } = await runCli(t, 'lsdistcc', args, { env });
    t.is(code, 107);
    t.regex(stderr, /^lsdistcc: Cannot append to "[^\n]*" for the next steps: ENOENT\n$/);
  });
}

test('lsdistcc --format json is one document, ndjson one a line, with the same facts', async (t) => {
  const hosts = await startFarm(t);
  const json = await lsdistcc(t, ['--format', 'json', ...hosts]);
  const document = JSON.parse(json.stdout) as { hosts: Record<string, unknown>[] };
  t.like(document, { version: 1, good: 2 });
  t.true(json.stdout.endsWith('}\n'));
  const ndjson = await lsdistcc(t, ['--format', 'ndjson', ...hosts]);
  const lines = ndjson.stdout.trimEnd().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const facts = (row: Record<string, unknown>) => [row['spec'], row['verdict'], row['source']];
  t.deepEqual(rows.map(facts).sort(), document.hosts.map(facts).sort());
  t.is(rows.length, 3);
});

/** dns2 writes a byte for a character, and no label beyond 63 of them. */
const hostileOnTheWire = hostileNames.filter((name) => {
  const labels = name.split('.');
  return labels.every(
    (label) => label.length < 64 && Buffer.from(label, 'latin1').equals(Buffer.from(label, 'utf8')),
  );
});

for (const format of formats) {
  test(`lsdistcc --format ${format} lets no hostile name of the DNS pass`, async (t) => {
    const { port } = await startFakeDistccd(t, compiles);
    const targets = [...hostileOnTheWire, 'good.lab'];
    const SRV = targets.map((target) => ({ priority: 0, weight: 0, port, target }));
    const dns = await startDnsServer(t, {
      names: (name) => (name === '_distcc._tcp.lab' ? { SRV } : { A: ['127.0.0.1'] }),
    });
    const where = ['--dns-server', `127.0.0.1:${dns.port}`, '--explain'];
    const found = await lsdistcc(t, [...where, '--format', format, '_distcc._tcp.lab']);
    const out = found.stdout + found.files;
    t.is(found.code, 0, found.stderr);
    t.true(out.includes('good.lab'));
    t.regex(out, /^[\n\x20-\x7e]*$/);
    t.notRegex(out, /rm -rf|touch|quote|randomize|escape|space|comma|slash|user@/);
    t.regex(found.stderr, /^[\n\x20-\x7e]*$/);
    const warnings = found.stderr.match(/^lsdistcc: Cannot take the host "/gm) ?? [];
    t.is(warnings.length, targets.length - 1);
  });
}

const hostileWords = '\u001B]0;owned\u0007\u001B[2J\u009B31m\r`x`$(y)|<img src=x>';
const fails: Script = async ({ socket, request, response }) => {
  await request();
  socket.end(response({ status: 0x100, stderr: new TextEncoder().encode(hostileWords) }));
};
const garbles: Script = ({ socket }) => void socket.end(hostileWords);
/** Its object says that it is by a compiler with an odd name. */
const boasts = answerWitness(
  ['gcc'],
  (source) => `__asm__(".ident \\"\\\\033[31mevil\\\\233\\\\007|<b>\\"");\n${source}`,
);

for (const format of formats) {
  test(`lsdistcc --format ${format} lets nothing pass that a hostile server says`, async (t) => {
    const scripts = [fails, garbles, boasts];
    const servers = await Promise.all(scripts.map((script) => startFakeDistccd(t, script)));
    const hosts = servers.map(({ port }) => `127.0.0.1:${port}`);
    const { stdout, stderr, files } = await lsdistcc(t, [
      '--explain',
      '-x',
      '--format',
      format,
      ...hosts,
    ]);
    t.regex(stdout + stderr + files, /^[\n\x20-\x7e]*$/);
    t.regex(stderr, /: compile-failed: /);
    t.regex(stderr, /: bad-protocol: /);
    t.regex(stderr, /: up, \d+ ms, x86_64, .*evil/);
    if (format === 'github') t.notRegex(files, /(?<!\\)[<`]|(?<!\\)\[/, 'nor on the page of CI');
  });
}

test('lsdistcc with a hosts file of hostile words warns in plain text', async (t) => {
  const stdin = 'red\u001B[31m \u202Ered,, $(x) a;b\n';
  const { stdout, stderr } = await runCli(t, 'lsdistcc', ['--no-cache', '-'], { stdin });
  t.is(stdout, '');
  t.is(stderr.trimEnd().split('\n').length, 5, 'one for each word, and that none was good');
  t.regex(stderr, /^[\n\x20-\x7e]*$/);
});

for (const [search, args, printed] of [
  ['lab.example', ['--sort', 'found'], 'red.lab.example\n'],
  ['lab.example', ['--format', 'line'], 'red.lab.example\n'],
  [
    'lab.example',
    ['--format', 'env'],
    "export DISTCC_HOSTS='red.lab.example'\nexport MAKEFLAGS='-j4'\n",
  ],
  ['$(x).example', ['--sort', 'found'], 'red\n'],
  ['.', ['--format', 'line'], 'red\n'],
] as const) {
  test(`lsdistcc -d ${args.join(' ')} appends the domain ${search} where it is one`, async (t) => {
    const folder = await makeFolder(t);
    await writeFile(path.join(folder, 'hosts'), '127.0.0.1 red\n');
    await writeFile(path.join(folder, 'resolv.conf'), `search ${search}\nnameserver 127.0.0.1\n`);
    const mounts = ['hosts', 'resolv.conf'].map((name) => `mount --bind ${name} /etc/${name}`);
    const command = [...commandOf('lsdistcc'), '-d', '-c0', ...args, 'red'].join(' ');
    const shell = ['sh', '-c', [...mounts, command].join(' && ')];
    const { stdout, stderr } = await run(t, ['unshare', '-rm', ...shell], { cwd: folder });
    t.deepEqual([stdout, stderr], [printed, '']);
  });
}
