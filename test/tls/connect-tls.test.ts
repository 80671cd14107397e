import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import tls from 'node:tls';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { IoError, TlsError, UntrustedError } from '../../src/errors/index.ts';
import { connectTls, loadIdentity, Sessions } from '../../src/tls/index.ts';
import type { ConnectTlsOptions } from '../../src/tls/index.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import type { Authority, CertificateWords } from '../helpers/make-authority.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { startTlsServer } from '../helpers/start-tls-server.ts';

const red = { names: ['DNS:red'], usages: ['serverAuth'] };

/** An authority and who we are by it. */
async function makeFarm(t: ExecutionContext) {
  const farm = await makeAuthority(t);
  const own = await farm.issue('me', { usages: ['clientAuth'] });
  const identity = loadIdentity({ DISTCC_TLS_DIR: own });
  return { farm, own, identity };
}

async function connectTo(
  port: number,
  options: Pick<ConnectTlsOptions, 'identity'> & Partial<ConnectTlsOptions>,
): Promise<tls.TLSSocket> {
  const { signal } = new AbortController();
  const wait = { timeoutMs: 5000, serverName: 'red', signal };
  const socket = await connectTls('127.0.0.1', port, { ...wait, ...options });
  if (socket instanceof tls.TLSSocket) return socket;
  throw new Error('Under Node it is one of node:tls');
}

/** Let the server's tickets arrive: they come with the first bytes that are read. */
async function takeTickets(socket: tls.TLSSocket): Promise<void> {
  const came = once(socket, 'session');
  socket.resume();
  await came;
}

test('connectTls() gives a connection to a server of the farm', async (t) => {
  const { farm, identity } = await makeFarm(t);
  const server = await startTlsServer(t, await farm.issue('red', red));
  const socket = await connectTo(server.port, { identity });
  t.is(socket.getProtocol(), 'TLSv1.3');
  socket.destroy();
});

const impostors: Record<string, CertificateWords & { readonly reason: RegExp }> = {
  'a certificate that has expired': { ...red, until: '20200102000000Z', reason: /expired/ },
  'a certificate of tomorrow': { ...red, from: '20980101000000Z', reason: /not yet valid/ },
  'another name': { ...red, names: ['DNS:blue', 'IP:10.0.0.1'], reason: /altnames/ },
  'no name but the common name of another': {
    usages: ['serverAuth'],
    names: ['DNS:evil'],
    reason: /altnames/,
  },
  'a client’s certificate': { ...red, usages: ['clientAuth'], reason: /purpose/ },
  'a certificate for e-mail': { ...red, usages: ['emailProtection'], reason: /purpose/ },
  'a certificate without a usage': { ...red, usages: [], reason: /not for a server/ },
};
for (const [title, { reason, ...words }] of Object.entries(impostors)) {
  test(`connectTls() tells a server with ${title} nothing`, async (t) => {
    const { farm, identity } = await makeFarm(t);
    const server = await startTlsServer(t, await farm.issue('red', words));
    const error = await t.throwsAsync(connectTo(server.port, { identity }), {
      instanceOf: UntrustedError,
      message: reason,
    });
    t.true(error.isAccidental);
    t.is(server.received().length, 0);
  });
}

test('connectTls() tells a server of another farm nothing, nor one that signed itself', async (t) => {
  const { identity } = await makeFarm(t);
  const other = await makeAuthority(t);
  const selfSigned = {
    cert: readFileSync(other.ca),
    key: readFileSync(path.join(other.folder, 'key.pem')),
  };
  for (const options of [{}, selfSigned]) {
    const folder = await other.issue('red', red);
    const server = await startTlsServer(t, folder, options);
    await t.throwsAsync(connectTo(server.port, { identity }), { instanceOf: UntrustedError });
    t.is(server.received().length, 0);
  }
});

test('connectTls() tells a revoked server nothing', async (t) => {
  const { farm, own } = await makeFarm(t);
  const [bad, good] = await Promise.all([farm.issue('red', red), farm.issue('red', red)]);
  writeFileSync(path.join(own, 'revoked.pem'), await farm.revoke(bad));
  const identity = loadIdentity({ DISTCC_TLS_DIR: own });
  const server = await startTlsServer(t, bad);
  const error = await t.throwsAsync(connectTo(server.port, { identity }), {
    instanceOf: UntrustedError,
    message: /certificate revoked/,
  });
  t.is((error.cause as NodeJS.ErrnoException).code, 'CERT_REVOKED');
  t.is(server.received().length, 0);
  const other = await startTlsServer(t, good);
  (await connectTo(other.port, { identity })).destroy();
});

test('connectTls() proves an address by the certificate’s addresses', async (t) => {
  const { farm, identity } = await makeFarm(t);
  const server = await startTlsServer(
    t,
    await farm.issue('red', { ...red, names: ['IP:127.0.0.1'] }),
  );
  (await connectTo(server.port, { identity, serverName: '127.0.0.1' })).destroy();
  await t.throwsAsync(connectTo(server.port, { identity, serverName: '127.0.0.2' }), {
    instanceOf: UntrustedError,
  });
});

test('connectTls() takes a chain with an authority between, and a key with a passphrase', async (t) => {
  const farm = await makeAuthority(t);
  const between = await farm.issueAuthority('between');
  const folders = await Promise.all([
    between.issue('red', red),
    between.issue('me', { usages: ['clientAuth'], passphrase: 'open sesame' }),
  ]);
  for (const folder of folders) {
    const cert = path.join(folder, 'cert.pem');
    writeFileSync(cert, readFileSync(cert, 'utf8') + readFileSync(between.ca, 'utf8'));
    writeFileSync(path.join(folder, 'ca.pem'), readFileSync(farm.ca));
  }
  const [served, own] = folders;
  const secret = path.join(own, 'secret');
  writeFileSync(secret, 'open sesame\n');
  const env = { DISTCC_TLS_DIR: own, DISTCC_TLS_PASSPHRASE_FILE: secret };
  const server = await startTlsServer(t, served, { rejectUnauthorized: true });
  const socket = await connectTo(server.port, { identity: loadIdentity(env) });
  await takeTickets(socket);
  socket.destroy();
  t.is(server.handshakeCount(), 1);
  writeFileSync(secret, 'wrong\n');
  t.throws(() => loadIdentity(env), { instanceOf: IoError, message: /Cannot use the TLS files/ });
});

test('connectTls() takes no older TLS', async (t) => {
  const { farm, identity } = await makeFarm(t);
  const server = await startTlsServer(t, await farm.issue('red', red), { maxVersion: 'TLSv1.2' });
  await t.throwsAsync(connectTo(server.port, { identity }), {
    instanceOf: TlsError,
    message: /protocol version/i,
  });
});

const strangers: Record<string, Parameters<typeof startFakeDistccd>[1]> = {
  'closes at once': ({ socket }) => void socket.end(),
  resets: ({ socket }) => void socket.on('data', () => socket.resetAndDestroy()),
  'speaks something else': ({ socket }) => void socket.write('DONE00000001STAT00000000'),
  'closes when it is spoken to': ({ socket }) => void socket.on('data', () => socket.end()),
  'says nothing': () => undefined,
};
for (const [title, script] of Object.entries(strangers)) {
  test(`connectTls() ends with a TlsError where a server ${title}`, async (t) => {
    const { identity } = await makeFarm(t);
    const server = await startFakeDistccd(t, script);
    await t.throwsAsync(connectTo(server.port, { identity, timeoutMs: 300 }), {
      instanceOf: TlsError,
      message: /^No TLS with 127\.0\.0\.1:\d+: /,
    });
  });
}

test('connectTls() stops with its signal', async (t) => {
  const { identity } = await makeFarm(t);
  const server = await startFakeDistccd(t, () => undefined);
  const stop = new AbortController();
  setTimeout(() => {
    stop.abort(new Error('enough'));
  }, 50);
  await t.throwsAsync(connectTo(server.port, { identity, signal: stop.signal }), {
    message: 'enough',
  });
});

test('connectTls() proves a server by its ticket, which its owner alone can read', async (t) => {
  const { farm, identity } = await makeFarm(t);
  const folder = await makeFolder(t);
  const server = await startTlsServer(t, await farm.issue('red', red));
  const sessions = new Sessions(folder);
  const first = await connectTo(server.port, { identity, sessions });
  await takeTickets(first);
  const [file = ''] = readdirSync(path.join(folder, 'tls-sessions'));
  t.is(statSync(path.join(folder, 'tls-sessions', file)).mode & 0o777, 0o600);
  const again = await connectTo(server.port, { identity, sessions: new Sessions(folder) });
  t.deepEqual(
    [first, again].map((socket) => socket.isSessionReused()),
    [false, true],
  );
  const named = await connectTo(server.port, { identity, sessions, serverName: 'RED' });
  t.false(named.isSessionReused(), 'a ticket is for one name');
  for (const socket of [first, again, named]) socket.destroy();
});

test('connectTls() uses no ticket of before a revocation, a new authority or another hour', async (t) => {
  const { farm, own, identity } = await makeFarm(t);
  const folder = await makeFolder(t);
  const server = await startTlsServer(t, await farm.issue('red', red));
  const first = await connectTo(server.port, { identity, sessions: new Sessions(folder) });
  await takeTickets(first);
  const later = new Sessions(folder, () => Date.now() + 3_600_000);
  const nextHour = await connectTo(server.port, { identity, sessions: later });
  writeFileSync(path.join(own, 'revoked.pem'), await farm.revoke());
  const stricter = loadIdentity({ DISTCC_TLS_DIR: own });
  const checked = await connectTo(server.port, {
    identity: stricter,
    sessions: new Sessions(folder),
  });
  t.deepEqual(
    [nextHour, checked].map((socket) => socket.isSessionReused()),
    [false, false],
  );
  for (const socket of [first, nextHour, checked]) socket.destroy();
});

test('connectTls() asks for the certificate where a ticket is not taken', async (t) => {
  const { farm, identity } = await makeFarm(t);
  const [sessions, other] = [new Sessions(await makeFolder(t)), await makeAuthority(t)];
  const key = { serverName: 'red', digest: identity.digest, address: '127.0.0.1' };
  const servers = await Promise.all([
    startTlsServer(t, await farm.issue('red', red)),
    startTlsServer(t, await farm.issue('red', red)),
    startTlsServer(t, await other.issue('red', red)),
  ]);
  const [first, twin, impostor] = servers;
  const socket = await connectTo(first.port, { identity, sessions });
  await takeTickets(socket);
  const ticket = sessions.find({ ...key, port: first.port }) ?? Buffer.alloc(0);
  t.true(ticket.length > 0);
  for (const { port } of [twin, impostor]) sessions.keep({ ...key, port }, ticket, Infinity);
  const anew = await connectTo(twin.port, { identity, sessions });
  t.false(anew.isSessionReused());
  await t.throwsAsync(connectTo(impostor.port, { identity, sessions }), {
    instanceOf: UntrustedError,
  });
  t.is(impostor.received().length, 0);
  for (const open of [socket, anew]) open.destroy();
});

test('Sessions gives no ticket that is damaged or over, and minds no folder it cannot use', async (t) => {
  const folder = await makeFolder(t);
  const key = { serverName: 'red', digest: 'x', address: '::1', port: 1 };
  const sessions = new Sessions(folder);
  sessions.keep(key, Buffer.from('old'), Date.now() - 1);
  t.is(sessions.find(key), undefined);
  sessions.keep(key, Buffer.from('new'), Infinity);
  t.is(sessions.find(key)?.toString(), 'new');
  const [file = ''] = readdirSync(path.join(folder, 'tls-sessions'));
  for (const text of ['', '{', '7', '{"until":9e15}']) {
    writeFileSync(path.join(folder, 'tls-sessions', file), text);
    t.is(sessions.find(key), undefined);
  }
  const nowhere = new Sessions('/proc/nowhere');
  t.notThrows(() => {
    nowhere.keep(key, Buffer.from('x'), Infinity);
  });
  t.is(nowhere.find(key), undefined);
});

test('loadIdentity() names the file that is missing or makes no sense', async (t) => {
  const farm: Authority = await makeAuthority(t);
  const own = await farm.issue('me');
  const other = await farm.issue('me');
  const empty = await makeFolder(t);
  t.throws(() => loadIdentity({ DISTCC_TLS_DIR: empty }), {
    instanceOf: IoError,
    message: `Cannot read "${path.join(empty, 'ca.pem')}", which TLS needs: ENOENT`,
  });
  writeFileSync(path.join(own, 'key.pem'), readFileSync(path.join(other, 'key.pem')));
  t.throws(() => loadIdentity({ DISTCC_TLS_DIR: own }), {
    instanceOf: IoError,
    message: /mismatch/,
  });
});
