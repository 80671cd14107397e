import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import type { Authority, CertificateWords } from '../helpers/make-authority.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd, waitForPort } from '../helpers/start-daemon.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { startTlsServer } from '../helpers/start-tls-server.ts';

const patient = ['-t30', '-c9000', '-k9000', '--no-blacklist', '--no-cache'];
const red = { names: ['DNS:red.lab', 'IP:127.0.0.1'], usages: ['serverAuth'] };

/** A farm with one real server, and who asks. */
async function makeFarm(t: ExecutionContext, words: CertificateWords = red) {
  const farm = await makeAuthority(t);
  const [served, own] = await Promise.all([
    farm.issue('red', words),
    farm.issue('me', { usages: ['clientAuth'] }),
  ]);
  return { farm, served, own };
}

/** A daemon of ours that takes nothing but TLS. */
async function startTlsDistccd(t: ExecutionContext, folder: string) {
  const port = await findFreePort();
  const daemon = await startOurDistccd(t, {
    args: ['--tls', '--plain', '--tls-port', String(port)],
    env: { DISTCC_TLS_DIR: folder },
  });
  return { ...daemon, plainPort: daemon.port, port };
}

function lsdistcc(t: ExecutionContext, own: string, args: readonly string[]) {
  return runCli(t, 'lsdistcc', [...patient, ...args], { env: { DISTCC_TLS_DIR: own } });
}

/** The DNS says that every name is this machine. */
async function spoof(t: ExecutionContext): Promise<string> {
  const server = await startDnsServer(t, { names: () => ({ A: ['127.0.0.1'] }) });
  return `${server.address}:${server.port}`;
}

test('lsdistcc --tls lists a server of the farm, with what it proved', async (t) => {
  const { served, own } = await makeFarm(t);
  const { port } = await startTlsDistccd(t, served);
  const dns = await spoof(t);
  const byAddress = await lsdistcc(t, own, ['--tls', `127.0.0.1:${port}`]);
  t.deepEqual([byAddress.stdout, byAddress.stderr], [`127.0.0.1:${port},tls\n`, '']);
  const byName = await lsdistcc(t, own, ['--tls', '--dns-server', dns, `red.lab:${port}/3`]);
  t.is(byName.stdout, `red.lab:${port}/3,tls\n`);
  const numeric = await lsdistcc(t, own, ['-n', '--dns-server', dns, `red.lab:${port},tls`]);
  t.is(numeric.stdout, `127.0.0.1:${port},tls=red.lab\n`);
  const again = await lsdistcc(t, own, [numeric.stdout.trim()]);
  t.is(again.stdout, numeric.stdout);
});

type Start = (
  farm: Authority,
  t: ExecutionContext,
) => Promise<{ port: number; received: () => Buffer }>;

const impostor =
  (words: CertificateWords): Start =>
  async (farm, t) =>
    startTlsServer(t, await farm.issue('red', { ...red, ...words }));

const untrusted: Record<string, { readonly start: Start; readonly reason: RegExp }> = {
  'shows a certificate of another farm': {
    start: async (_, t) => startTlsServer(t, await (await makeAuthority(t)).issue('red', red)),
    reason: /self-signed certificate|unable to/,
  },
  'shows one that has expired': {
    start: impostor({ until: '20200102000000Z' }),
    reason: /certificate has expired/,
  },
  'shows a client’s certificate': {
    start: impostor({ usages: ['clientAuth'] }),
    reason: /unsuitable certificate purpose/,
  },
  'shows another host’s certificate': {
    start: impostor({ names: ['DNS:green.lab', 'IP:127.0.0.3'] }),
    reason: /does not match certificate's altnames/,
  },
  'shows a revoked certificate': {
    start: async (farm, t) => {
      const folder = await farm.issue('red', red);
      const list = await farm.revoke(folder);
      for (const each of farm.issued) writeFileSync(path.join(each, 'revoked.pem'), list);
      return startTlsServer(t, folder);
    },
    reason: /certificate revoked/,
  },
};
for (const [title, { start, reason }] of Object.entries(untrusted)) {
  test(`lsdistcc --tls tells a server nothing that ${title}: untrusted`, async (t) => {
    const { farm, own } = await makeFarm(t);
    const dns = await spoof(t);
    const { port, received } = await start(farm, t);
    for (const host of [`127.0.0.1:${port}`, `red.lab:${port}`]) {
      const result = await lsdistcc(t, own, ['--tls', '--explain', '--dns-server', dns, host]);
      t.regex(result.stderr, /: untrusted: /);
      t.regex(result.stderr, reason);
      t.deepEqual([result.stdout, result.code], ['', 1]);
    }
    t.is(received().length, 0);
  });
}

const strangers: Record<string, Parameters<typeof startFakeDistccd>[1]> = {
  'answers as a plain distccd does': ({ socket }) =>
    void socket.once('data', () => socket.end('DONE00000001')),
  'resets in the handshake': ({ socket }) =>
    void socket.once('data', () => socket.resetAndDestroy()),
  'is silent': ({ socket }) => void socket.resume(),
};
for (const [title, script] of Object.entries(strangers)) {
  test(`lsdistcc --tls tells a server nothing that ${title}: tls-failed`, async (t) => {
    const { own } = await makeFarm(t);
    const chunks: Buffer[] = [];
    const { port } = await startFakeDistccd(t, (call) => {
      call.socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      return script(call);
    });
    const result = await lsdistcc(t, own, ['--tls', '-c800', '--explain', `127.0.0.1:${port}`]);
    t.regex(result.stderr, /: tls-failed: No TLS with 127\.0\.0\.1:\d+: /);
    t.is(result.stdout, '');
    t.false(Buffer.concat(chunks).includes('DIST'), 'no request, not even a plain one');
  });
}

test('lsdistcc --tls is denied by a server that does not know our farm', async (t) => {
  const { farm, served } = await makeFarm(t);
  const other = await (await makeAuthority(t)).issue('me', { usages: ['clientAuth'] });
  writeFileSync(path.join(other, 'ca.pem'), readFileSync(farm.ca)); // the farm is public, membership is not
  const { port, readLog } = await startTlsDistccd(t, served);
  const result = await lsdistcc(t, other, ['--tls', '--explain', `127.0.0.1:${port}`]);
  t.regex(result.stderr, /: denied: /);
  t.is(result.stdout, '');
  t.regex(await readLog(), /ERROR: 127\.0\.0\.1:\d+ is not let in: It cannot prove to be CN=me: /);
});

test('lsdistcc --tls does not take a relay for the server behind it', async (t) => {
  const { served, own } = await makeFarm(t, { ...red, names: ['DNS:red.lab'] });
  const { port } = await startTlsDistccd(t, served);
  const seen: Buffer[] = [];
  const relay = await startFakeDistccd(t, ({ socket }) => {
    const onward = net.connect(port, '127.0.0.1').on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => seen.push(chunk));
    socket.pipe(onward).pipe(socket);
  });
  const dns = await spoof(t);
  const args = ['--tls', '--explain', '--dns-server', dns];
  const asItself = await lsdistcc(t, own, [
    ...args,
    `evil.lab:${relay.port}`,
    `127.0.0.1:${relay.port}`,
  ]);
  t.regex(asItself.stderr, /untrusted: [^]*not match certificate's altnames/);
  t.is(asItself.stdout, '');
  t.false(Buffer.concat(seen).includes('witness'));
  const asTheServer = await lsdistcc(t, own, [...args, `red.lab:${relay.port}`]);
  t.is(asTheServer.stdout, `red.lab:${relay.port},tls\n`, 'a wire like any other');
  t.false(Buffer.concat(seen).includes('witness'), 'which cannot be read');
});

test('lsdistcc asks a host with ,tls over TLS and its neighbours as ever', async (t) => {
  const { served, own } = await makeFarm(t);
  const { port, plainPort } = await startTlsDistccd(t, served);
  const hosts = [`127.0.0.1:${plainPort}`, `127.0.0.1:${port},lzo,tls`];
  const result = await lsdistcc(t, own, ['--sort', 'source', ...hosts]);
  t.is(result.stdout, `127.0.0.1:${plainPort}\n127.0.0.1:${port},tls,lzo\n`);
});

test('lsdistcc takes hosts of _distccs._tcp over TLS, by the port of the record', async (t) => {
  const { served, own } = await makeFarm(t);
  const { port, plainPort } = await startTlsDistccd(t, served);
  const dns = await startDnsServer(t, {
    names: {
      '_distccs._tcp.lab': { SRV: [{ priority: 1, weight: 1, port, target: 'red.lab' }] },
      '_distcc._tcp.lab': {
        SRV: [{ priority: 1, weight: 1, port: plainPort, target: 'red.lab' }],
        TXT: [`tls=${port}`],
      },
      'red.lab': { A: ['127.0.0.1'] },
    },
  });
  const server = ['--dns-server', `${dns.address}:${dns.port}`];
  const runs = await Promise.all([
    lsdistcc(t, own, [...server, '_distccs._tcp.lab']),
    lsdistcc(t, own, [...server, '_distcc._tcp.lab']),
    lsdistcc(t, own, [...server, '--tls', '_distcc._tcp.lab']),
  ]);
  const lines = [`red.lab:${port},tls\n`, `red.lab:${plainPort}\n`, `red.lab:${port},tls\n`];
  t.deepEqual(
    runs.map(({ stdout }) => stdout),
    lines,
  );
});

test('lsdistcc --tls ends with 107 where this machine has no certificate', async (t) => {
  const result = await lsdistcc(t, '/nowhere', ['--tls', '127.0.0.1']);
  const message = 'lsdistcc: Cannot read "/nowhere/ca.pem", which TLS needs: ENOENT\n';
  t.deepEqual([result.stdout, result.stderr, result.code], ['', message, 107]);
  const listed = await lsdistcc(t, '/nowhere', ['--explain', '127.0.0.1:1,tls', '127.0.0.1:2']);
  t.regex(listed.stderr, /127\.0\.0\.1:1\) .*: tls-failed: Cannot read "\/nowhere\/ca\.pem"/);
  t.regex(listed.stderr, /127\.0\.0\.1:2\) .*: refused: /);
});

test('distccd --tls serves no plain client, and says so in one line when a file is missing', async (t) => {
  const { served } = await makeFarm(t);
  const port = await findFreePort();
  const stop = { daemon: (): unknown => undefined };
  const args = [
    '--user',
    'root',
    '--tls',
    '--tls-port',
    String(port),
    '--no-detach',
    '--log-stderr',
  ];
  const daemon = runCli(t, 'distccd', args, {
    env: { DISTCC_TLS_DIR: served },
    onStart: (child) => (stop.daemon = () => child.kill()),
  });
  await waitForPort(port);
  const result = await lsdistcc(t, '/nowhere', ['--explain', `127.0.0.1:${port}`]);
  stop.daemon();
  t.is(result.stdout, '');
  const { stderr, code } = await daemon;
  t.regex(stderr, new RegExp(`listening on port ${port} for TLS, \\d+ jobs`));
  t.regex(stderr, /is not let in: No TLS: /);
  t.is(code, 0);
  const bad = await runCli(t, 'distccd', ['--tls', '--no-detach'], {
    env: { DISTCC_TLS_DIR: '/x' },
  });
  t.deepEqual(
    [bad.code, bad.stderr],
    [107, 'distccd: Cannot read "/x/ca.pem", which TLS needs: ENOENT\n'],
  );
});

test('openssl s_client gets nothing from distccd --tls without a certificate', async (t) => {
  const { served } = await makeFarm(t);
  const { port } = await startTlsDistccd(t, served);
  const line = `printf 'DIST00000001ARGC00000001ARGV00000003gcc' | timeout 5 openssl s_client -quiet -connect 127.0.0.1:${port} 2>&1 || :`;
  const { stdout } = await promisify(execFile)('sh', ['-c', line]);
  t.false(stdout.includes('DONE'));
});
