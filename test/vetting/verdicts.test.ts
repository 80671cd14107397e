import { readdir } from 'node:fs/promises';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Blacklist } from '../../src/blacklist/index.ts';
import { defaultToolchain, parseToolchain, verdicts } from '../../src/probing/index.ts';
import type { Verdict } from '../../src/probing/index.ts';
import type { VetOptions } from '../../src/vetting/index.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf, fixture } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';
import { startFullListener } from '../helpers/start-full-listener.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { answerWitness } from './answer-witness.ts';
import { makeResolver, vetHosts, vetOptions } from './vet-hosts.ts';

/** A host that behaves so, and what is asked of it. */
interface Behaviour {
  readonly verdict: Verdict;
  readonly title: string;
  /** What the reason says; absent for `up`. */
  readonly reason?: RegExp;
  /** It takes its time to notice that nobody waits, which only a hung one never does. */
  readonly isSlow?: boolean;
  readonly options?: (t: ExecutionContext) => Partial<VetOptions> | Promise<Partial<VetOptions>>;
  /** Starts it and gives its host spec. */
  readonly start: (t: ExecutionContext) => string | Promise<string>;
}

/** A fake daemon's host spec. */
const fake =
  (script: Script) =>
  async (t: ExecutionContext): Promise<string> =>
    `127.0.0.1:${(await startFakeDistccd(t, script)).port}`;

const original =
  (...args: readonly string[]) =>
  async (t: ExecutionContext): Promise<string> =>
    `127.0.0.1:${(await startOriginalDistccd(t, { args })).port}`;

const ours =
  (...args: readonly string[]) =>
  async (t: ExecutionContext): Promise<string> =>
    `127.0.0.1:${(await startOurDistccd(t, { args })).port}`;

const asking = (compiler: string) => (): Partial<VetOptions> => ({
  wanted: defaultToolchain(compiler, process.arch, process.platform),
});

const hurried = (): Partial<VetOptions> => ({ compileTimeoutMs: 300 });

const names =
  (script: Parameters<typeof startDnsServer>[1]['names']) =>
  async (t: ExecutionContext): Promise<Partial<VetOptions>> => ({
    resolver: makeResolver(t, await startDnsServer(t, { names: script })),
  });

const otherDigit = (digit: string): string => (digit === '1' ? '2' : '1');

const behaviours: readonly Behaviour[] = [
  { verdict: 'up', title: 'our distccd', start: ours() },
  { verdict: 'up', title: 'the original distccd', start: original() },
  { verdict: 'up', title: 'a fake that compiles', start: fake(answerWitness(['gcc'])) },
  {
    verdict: 'no-such-name',
    title: 'NXDOMAIN',
    reason: /no address for "red\.lab"/,
    options: names({}),
    start: () => 'red.lab',
  },
  {
    verdict: 'dns-timeout',
    title: 'a silent DNS server',
    reason: /No DNS server answered for "red\.lab" in time/,
    options: names({ 'red.lab': { dropFirst: 1000 } }),
    start: () => 'red.lab',
  },
  {
    verdict: 'dns-failed',
    title: 'SERVFAIL',
    reason: /SERVFAIL from 127\.0\.0\.1/,
    options: names({ 'red.lab': { rcode: 2 } }),
    start: () => 'red.lab',
  },
  {
    verdict: 'refused',
    title: 'a port without a listener',
    reason: /^Cannot connect to 127\.0\.0\.1:\d+: ECONNREFUSED$/,
    start: async () => `127.0.0.1:${await findFreePort()}`,
  },
  {
    verdict: 'connect-timeout',
    title: 'a listener with a full queue',
    reason: /^No connection to 127\.0\.0\.1:\d+ within 300 ms$/,
    options: () => ({ connectTimeoutMs: 300 }),
    start: async (t) => `127.0.0.1:${await startFullListener(t)}`,
  },
  {
    verdict: 'denied',
    title: 'the original distccd that allows somebody else',
    reason: /(?:closed|reset) the connection before it read the request/,
    start: original('--allow', '127.0.0.2'),
  },
  {
    verdict: 'denied',
    title: 'our distccd that allows somebody else',
    reason: /(?:closed|reset) the connection before it read the request/,
    start: ours('--allow', '127.0.0.2'),
  },
  {
    verdict: 'not-allowed',
    title: 'the original distccd without the compiler on its list',
    reason: /read the request and closed without a word/,
    options: asking('gcc-99'),
    start: original(),
  },
  {
    verdict: 'bad-protocol',
    title: 'a server of HTTP',
    reason: /"?HTTP/,
    start: fake(({ socket }) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  },
  {
    verdict: 'bad-protocol',
    title: 'a length of 4 GiB',
    reason: /4294967295/,
    start: fake(({ socket }) => void socket.write('DONE00000001STAT00000000SERRffffffff')),
  },
  {
    verdict: 'bad-protocol',
    title: 'an object cut short',
    reason: /the stream ended at DOTO/,
    start: fake(async ({ socket, request, response }) => {
      await request();
      socket.end(response({ object: new Uint8Array(500) }).subarray(0, -100));
    }),
  },
  {
    verdict: 'no-compiler',
    title: 'our distccd without the compiler',
    reason: /the compiler "gcc-99" is not allowed here, these are: .*gcc/,
    options: asking('gcc-99'),
    start: ours(),
  },
  {
    verdict: 'no-compiler',
    title: 'the original distccd that may run it and has it not',
    reason: /failed to exec/,
    options: asking('gcc-99'),
    start: original('--enable-tcp-insecure'),
  },
  {
    verdict: 'compile-failed',
    title: 'a compiler that fails',
    reason: /exit code 3: cc-fails: error: no$/,
    options: asking('cc-fails.sh'),
    start: (t) => ours('--allow-compiler', fixture('cc-fails'))(t),
  },
  {
    verdict: 'compile-failed',
    title: 'a compiler that crashes',
    reason: /signal SIGSEGV/,
    options: asking('cc-crashes.sh'),
    start: (t) => ours('--allow-compiler', fixture('cc-crashes'))(t),
  },
  {
    verdict: 'wrong-target',
    title: 'a cross compiler in the place of gcc',
    reason: /^The object is for aarch64, wanted x86_64$/,
    start: fake(answerWitness(['aarch64-linux-gnu-gcc'])),
  },
  {
    verdict: 'wrong-compiler',
    title: 'gcc in the place of clang',
    reason: /^The object is by GCC.*, wanted clang$/,
    options: () => ({ wanted: parseToolchain('x86_64-linux-gnu/clang') }),
    start: fake(answerWitness(['gcc'])),
  },
  {
    verdict: 'forged',
    title: 'STAT 0 and nothing else',
    reason: /0 bytes that are no object file/,
    start: fake(async ({ socket, request, response }) => {
      await request();
      socket.end(response({}));
    }),
  },
  {
    verdict: 'forged',
    title: 'the right object of another question',
    reason: /not compiled from the probe: its constant/,
    start: fake(answerWitness(['gcc'], (source) => source.replace(/(?<=ULL \* 0x)./, otherDigit))),
  },
  {
    verdict: 'too-slow',
    title: 'our distccd with a slow compiler',
    reason: /still at work after 300 ms/,
    isSlow: true,
    options: () => ({ ...hurried(), ...asking('cc-slow.sh')() }),
    start: (t) => ours('--allow-compiler', fixture('cc-slow'))(t),
  },
  {
    verdict: 'stalled',
    title: 'a server that takes everything and says nothing',
    reason: /took the request and was silent for 300 ms/,
    options: hurried,
    start: fake(({ socket }) => void socket.resume()),
  },
  {
    verdict: 'stalled',
    title: 'a server that stops in the middle of a packet',
    reason: /stopped after 17 bytes of its answer/,
    options: hurried,
    start: fake(async ({ socket, request }) => {
      await request();
      socket.write('DONE00000001STAT0');
    }),
  },
];

for (const { verdict, title, reason, options, isSlow, start } of behaviours) {
  test(`vet() finds ${title}: ${verdict}`, async (t) => {
    const changes = (await options?.(t)) ?? {};
    const sources = await start(t);
    let rows = await vetHosts(sources, vetOptions(t, changes));
    // A daemon that a busy machine keeps from noticing that nobody waits any more seems to hang.
    for (let left = 4; isSlow === true && rows[0]?.verdict === 'stalled' && left > 0; left -= 1) {
      rows = await vetHosts(sources, vetOptions(t, changes));
    }
    const [said = ''] = rows.map((row) => row.reason ?? '');
    t.deepEqual(
      rows.map((row) => row.verdict),
      [verdict],
      said,
    );
    t.regex(said, reason ?? /^$/);
    t.notRegex(said, /\n|\.$/, 'a reason is one line without a full stop');
  });
}

test('vet() finds a server that is busy with other jobs: too-slow, not stalled', async (t) => {
  const args = ['--jobs', '1', '--allow-compiler', fixture('cc-slow')];
  const { port, tmp } = await startOurDistccd(t, { args });
  const busy = vetHosts(`127.0.0.1:${port}`, vetOptions(t, asking('cc-slow.sh')()));
  await waitUntil('the slow job runs', async () => (await readdir(tmp)).length > 0);
  const [row] = await vetHosts(`127.0.0.1:${port}`, vetOptions(t, hurried()));
  t.is(row?.verdict, 'too-slow', row?.reason);
  t.is((await busy)[0]?.verdict, 'up');
});

test('vet() finds hosts outside of the first one’s network: off-network', async (t) => {
  const { port } = await startOurDistccd(t, { isEverywhere: true });
  const list = ['127.0.0.1', '127.0.0.77', '127.9.0.1'].map((host) => `${host}:${port}`);
  const rows = await vetHosts(list.join(' '), vetOptions(t, { networkBits: 24 }));
  const found = rows.map(({ candidate, verdict }) => `${candidate.name} ${verdict}`).sort();
  t.deepEqual(found, ['127.0.0.1 up', '127.0.0.77 up', '127.9.0.1 off-network']);
  const reason = rows.find((row) => row.verdict === 'off-network')?.reason;
  t.is(reason, '127.9.0.1 is outside of the 24-bit network of 127.0.0.1');
});

test('vet() leaves alone what failed lately: blacklisted, until it is told to ask all the same', async (t) => {
  const blacklist = new Blacklist({ folder: await makeFolder(t) });
  const { port, callCount } = await startFakeDistccd(t, ({ socket }) => void socket.end('no'));
  const ask = async (changes: Partial<VetOptions> = {}): Promise<string[]> => {
    const rows = await vetHosts(`127.0.0.1:${port}`, vetOptions(t, { blacklist, ...changes }));
    return rows.map((row) => `${row.verdict}: ${row.reason ?? ''}`);
  };
  t.regex((await ask()).join(), /^bad-protocol: /);
  t.regex((await ask()).join(), /^blacklisted: Failed once, lately bad-protocol: left alone for/);
  t.is(callCount(), 1);
  t.regex((await ask({ asksBlacklisted: true })).join(), /^bad-protocol: /);
  blacklist.bench('127.0.0.1', port, 'audit: it lied');
  t.regex((await ask({ asksBlacklisted: true })).join(), /^blacklisted: .*audit: it lied/);
  t.is(callCount(), 2);
});

test('lsdistcc finds an address without a route: unreachable', async (t) => {
  const lsdistcc = commandOf('lsdistcc');
  const args = ['--explain', '10.9.9.9'];
  const result = await run(t, ['unshare', '-rn', ...lsdistcc, ...args]); // a network without anything
  t.regex(
    result.stderr,
    /^10\.9\.9\.9 .*: unreachable: Cannot connect to .*: ENETUNREACH\. Check /,
  );
  t.is(result.code, 1);
});

test('lsdistcc tells a verdict and its remedy in JSON', async (t) => {
  const silent = await startFakeDistccd(t, ({ socket }) => void socket.resume());
  const host = `127.0.0.1:${silent.port}`;
  const json = await runCli(t, 'lsdistcc', ['--format', 'json', '-k200', host]);
  const document = JSON.parse(json.stdout) as { hosts: { verdict: string; remedy: string }[] };
  t.is(document.hosts[0]?.verdict, 'stalled');
  t.is(document.hosts[0]?.remedy, verdicts.stalled.remedy);
  t.is(json.code, 1);
});

test('every verdict is proved by a server that behaves so', (t) => {
  const elsewhere = ['unreachable', 'off-network', 'blacklisted', 'tls-failed', 'untrusted'];
  const proved = new Set([...behaviours.map(({ verdict }) => verdict), ...elsewhere]);
  t.deepEqual([...proved].sort(), Object.keys(verdicts).sort());
});
