import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { lsdistccProgram } from '../../src/cli/lsdistcc-program.ts';
import { readSettings } from '../../src/cli/lsdistcc-settings.ts';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { ArgumentError, vet, vetDefaults } from '../../src/index.ts';
import type { VetOptions, VettedHost } from '../../src/index.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import type { NameScript } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const patiently = { totalTimeoutMs: 60_000, connectTimeoutMs: 20_000, compileTimeoutMs: 20_000 };

/** The library reads $DISTCC_DIR of this process: a folder for each test, which run one by one. */
async function useFolder(t: ExecutionContext): Promise<string> {
  const folder = await makeFolder(t);
  process.env['DISTCC_DIR'] = folder;
  return folder;
}

async function collect(
  words: string | readonly string[],
  options: VetOptions = {},
): Promise<VettedHost[]> {
  const hosts: VettedHost[] = [];
  for await (const host of vet(words, { ...patiently, ...options })) hosts.push(host);
  return hosts.sort((left, right) => left.spec.localeCompare(right.spec));
}

test.serial('vetDefaults are those of lsdistcc', (t) => {
  const settings = readSettings(parseCommandLine(lsdistccProgram, []));
  const { nameServers, usesMdns, mdnsWaitMs, ...rest } = vetDefaults;
  for (const [name, value] of Object.entries(rest)) {
    t.is(Object.entries(settings).find(([each]) => each === name)?.[1], value, name);
  }
  t.deepEqual([nameServers, mdnsWaitMs], [[], settings.mdns.waitMs]);
  t.false(usesMdns);
});

test.serial('vet() gives a row for every host, with the fields of --format json', async (t) => {
  await useFolder(t);
  const { port } = await startOurDistccd(t);
  const good = `127.0.0.1:${port}/3`;
  const bad = `127.0.0.1:${await findFreePort()}`;
  const [up, down] = (await collect([good, bad])).sort((left) => (left.verdict === 'up' ? -1 : 1));
  t.like(up, { host: '127.0.0.1', spec: good, address: '127.0.0.1', port, slots: 3 });
  t.like(up, { source: `list:${good}`, verdict: 'up', target: 'x86_64', reason: undefined });
  t.regex(up?.compiler ?? '', /GCC/);
  t.like(down, { spec: `${bad},down`, verdict: 'refused', compileMs: undefined });
  t.regex(down?.reason ?? '', /ECONNREFUSED/);
  t.regex(down?.remedy ?? '', /^Start distccd/);
  const json = await runCli(t, 'lsdistcc', ['--format', 'json', '-k20000', good]);
  const { hosts } = JSON.parse(json.stdout) as { hosts: object[] };
  t.deepEqual(
    Object.keys(hosts[0] ?? {}),
    Object.entries(up ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [key])),
  );
});

test.serial('vet() reads patterns, SRV names and hosts, from a text too', async (t) => {
  await useFolder(t);
  const { port } = await startOurDistccd(t, { isEverywhere: true });
  const dns = await startDnsServer(t, {
    names: {
      red0: { A: ['127.0.0.11'] },
      red1: { A: ['127.0.0.12'] },
      '_distcc._tcp.lab': { SRV: [{ priority: 0, weight: 0, port, target: 'blue.lab' }] },
      'blue.lab': { A: ['127.0.0.13'] },
    },
  });
  const nameServers = [`127.0.0.1:${dns.port}`];
  const words = ['red%d', '_distcc._tcp.lab', '127.0.0.14'];
  const wanted = ['127.0.0.14', 'blue.lab', 'red0', 'red1'].map((name) => `${name}:${port}`);
  const asText = `${words.join(' # a comment\n')} `;
  for (const each of [words, asText]) {
    const hosts = await collect(each, { nameServers, port, start: 0 });
    t.deepEqual(
      hosts.map(({ spec }) => spec),
      wanted,
    );
  }
});

test.serial('vet() gives nothing when nothing is asked', async (t) => {
  await useFolder(t);
  t.deepEqual(await collect([]), []);
  t.deepEqual(await collect(' # nobody\n'), []);
});

test.serial(
  'vet() gives a good host while another is still asked, and may be left then',
  async (t) => {
    await useFolder(t);
    const { port } = await startOurDistccd(t);
    let isLeft = false;
    const silent = await startFakeDistccd(t, ({ socket }) => {
      socket.resume();
      socket.on('end', () => (isLeft = true));
    });
    for await (const { verdict } of vet(`127.0.0.1:${silent.port} 127.0.0.1:${port}`, patiently)) {
      t.is(verdict, 'up');
      break;
    }
    await waitUntil('the silent host is left', () => isLeft);
    t.pass();
  },
);

test.serial('vet() ends with the reason of its signal', async (t) => {
  await useFolder(t);
  const stop = new AbortController();
  const silent = await startFakeDistccd(t, ({ socket }) => {
    socket.resume();
    stop.abort(new Error('Enough'));
  });
  const options = { signal: stop.signal };
  await t.throwsAsync(collect(`127.0.0.1:${silent.port}`, options), { message: 'Enough' });
  await t.throwsAsync(collect('127.0.0.1', options), { message: 'Enough' });
  t.is(silent.callCount(), 1);
});

test.serial('vet() refuses a toolchain and a DNS server that make no sense', async (t) => {
  await useFolder(t);
  for (const options of [{ target: 'no-such-triple' }, { nameServers: ['red'] }]) {
    await t.throwsAsync(collect([], options), { instanceOf: ArgumentError });
  }
});

for (const [name, value] of [
  ['repeat', 0], // without a question every host would be good
  ['repeat', NaN],
  ['repeat', 1.5],
  ['port', 0],
  ['protocol', 4],
  ['verify', 'nothing'],
  ['language', 'rust'],
  ['networkBits', 129],
  ['start', -1],
  ['totalTimeoutMs', Infinity],
  ['connectTimeoutMs', '900'],
] as const) {
  test.serial(`vet() refuses ${String(value)} for ${name}`, async (t) => {
    const options = { [name]: value } as object; // not everybody writes TypeScript
    const error = await t.throwsAsync(collect('127.0.0.1', options), { instanceOf: ArgumentError });
    t.regex(error.message, new RegExp(`^Cannot take .* for ${name}: want `));
  });
}

test.serial('vet() takes an option that is undefined for one that was left out', async (t) => {
  await useFolder(t);
  const { port } = await startOurDistccd(t);
  const none = Object.fromEntries(Object.keys(vetDefaults).map((name) => [name, undefined]));
  const options = { ...none, signal: undefined, onWarning: undefined, target: undefined };
  const [host] = await collect(`127.0.0.1:${port}`, { ...(options as object), ...patiently });
  t.like(host, { verdict: 'up', spec: `127.0.0.1:${port}` });
});

test.serial('vet() asks for another toolchain, and believes its object', async (t) => {
  await useFolder(t);
  const { port } = await startOurDistccd(t);
  const host = `127.0.0.1:${port}`;
  const [arm] = await collect(host, { target: 'aarch64-linux-gnu' });
  t.like(arm, { verdict: 'up', target: 'aarch64' });
  const [wrong] = await collect(host, { target: 'aarch64-linux-gnu', compiler: 'gcc' });
  t.is(wrong?.verdict, 'wrong-target');
  const [same] = await collect(host, { matchesLocal: true, protocol: 2 });
  t.like(same, { verdict: 'up', spec: `${host},lzo` });
});

test.serial('vet() leaves a host alone that failed, unless told otherwise', async (t) => {
  const folder = await useFolder(t);
  const host = `127.0.0.1:${await findFreePort()}`;
  const verdicts = async (options: VetOptions): Promise<string[]> =>
    (await collect(host, options)).map(({ verdict }) => verdict);
  t.deepEqual(await verdicts({ usesBlacklist: false }), ['refused']);
  t.deepEqual(readdirSync(folder), []);
  t.deepEqual(await verdicts({}), ['refused']);
  t.deepEqual(await verdicts({}), ['blacklisted']);
  t.deepEqual(await verdicts({ usesBlacklist: false }), ['refused']);
});

test.serial(
  'vet() falls back on the last good list of the same words, as lsdistcc does',
  async (t) => {
    const DISTCC_DIR = await useFolder(t);
    const { port } = await startOurDistccd(t, { isEverywhere: true });
    const SRV = [{ priority: 0, weight: 0, port, target: 'red.lab' }];
    const zone = { '_red._tcp.lab': { SRV }, 'red.lab': { A: ['127.0.0.11'] } };
    const names = new Map<string, NameScript>(Object.entries(zone));
    const dns = await startDnsServer(t, { names: (name) => names.get(name) ?? { rcode: 2 } });
    const options = { nameServers: [`127.0.0.1:${dns.port}`] };
    t.is((await collect('_red._tcp.lab', options)).length, 1);
    names.clear(); // from now on the server fails
    const warnings: string[] = [];
    const onWarning = (message: string): void => void warnings.push(message);
    t.like(await collect('_red._tcp.lab', { ...options, onWarning }), [{ verdict: 'up' }]);
    t.regex(warnings.join('\n'), /^Cannot find SRV records of "_red\._tcp\.lab": SERVFAIL/);
    const off = await collect('_red._tcp.lab', { ...options, onWarning, usesCache: false });
    t.deepEqual(off, []);
    const args = ['--dns-server', `127.0.0.1:${dns.port}`, '-k20000', '_red._tcp.lab'];
    const shared = await runCli(t, 'lsdistcc', args, { env: { DISTCC_DIR } });
    t.is(shared.stdout, `red.lab:${port}\n`);
  },
);

test.serial('vet() tells what nobody listens to as a warning of Node', async (t) => {
  await useFolder(t);
  const told = once(process, 'warning') as Promise<[Error]>;
  t.deepEqual(await collect('red:wrong'), []);
  const [warning] = await told;
  t.is(warning.name, 'LsdistccWarning');
  t.regex(warning.message, /red:wrong/);
});
