import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { parseAccessList } from '../../src/net/index.ts';
import { encodeRequest, ResponseDecoder } from '../../src/protocol/index.ts';
import { keepIdentity } from '../../src/server/keep-identity.ts';
import { Gate } from '../../src/server/tls-gate.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import type { Authority, CertificateWords } from '../helpers/make-authority.ts';
import { credentials } from '../helpers/start-tls-server.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { send, startServer } from './start-server.ts';

const client = { usages: ['clientAuth'] };
const request = Buffer.concat(
  encodeRequest({ version: 1, args: ['gcc', '-c', 'a.c'], source: Buffer.from('int x;\n') }),
);

/** A daemon that takes nothing but TLS, with the folder of its certificate. */
async function startTls(t: ExecutionContext, now?: () => number) {
  const farm = await makeAuthority(t);
  const own = await farm.issue('red', { names: ['IP:127.0.0.1'], usages: ['serverAuth'] });
  const failures: string[] = [];
  const identity = keepIdentity({ DISTCC_TLS_DIR: own }, (message) => failures.push(message));
  const gate = new Gate(identity, now);
  const server = await startServer(t, { tls: { port: 0, gate } });
  return { farm, own, server, port: server.tlsPort ?? 0, failures };
}

interface Visit {
  readonly answer: Buffer;
  readonly tickets: readonly Buffer[];
  readonly isResumed: boolean;
}

/** Send a request as soon as the handshake is over, whatever the server thinks of us. */
async function visit(port: number, options: tls.ConnectionOptions): Promise<Visit> {
  const tickets: Buffer[] = [];
  const chunks: Buffer[] = [];
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  const visit = { isResumed: false };
  socket.on('session', (ticket: Buffer) => tickets.push(ticket));
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (new ResponseDecoder(1).push(Buffer.concat(chunks)) !== undefined) socket.end();
  });
  socket.on('error', () => undefined);
  socket.on('secureConnect', () => {
    visit.isResumed = socket.isSessionReused();
    socket.write(request);
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return { ...visit, answer: Buffer.concat(chunks), tickets };
}

test('startDaemon() compiles for a client of the farm, whose name is in the log', async (t) => {
  const { farm, server, port } = await startTls(t);
  const { answer } = await visit(port, credentials(await farm.issue('build7', client)));
  t.is(new ResponseDecoder(1).push(answer)?.status, 0);
  t.regex(
    server.lines.join('\n'),
    /^notice 127\.0\.0\.1:\d+ \(CN=build7\) gcc a\.c: exit code 0, /m,
  );
});

test('startDaemon() serves plain clients beside on their own port', async (t) => {
  const { server } = await startTls(t);
  t.not(server.tlsPort, server.port);
  t.is((await send(server, ['gcc', '-c', 'a.c'])).status, 0);
});

type Make = (farm: Authority, t: ExecutionContext) => Promise<tls.ConnectionOptions>;
const issued =
  (words: CertificateWords): Make =>
  async (farm) =>
    credentials(await farm.issue('evil', words));

const intruders: Record<string, { readonly make: Make; readonly reason: RegExp }> = {
  'no certificate': { make: () => Promise.resolve({}), reason: /It shows no certificate/ },
  'a certificate of another farm': {
    make: async (_, t) => credentials(await (await makeAuthority(t)).issue('evil', client)),
    reason: /cannot prove to be CN=evil: (?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO\w+)/,
  },
  'a certificate that has expired': {
    make: issued({ ...client, until: '20200102000000Z' }),
    reason: /cannot prove to be CN=evil: CERT_HAS_EXPIRED/,
  },
  'a certificate of tomorrow': {
    make: issued({ ...client, from: '20980101000000Z' }),
    reason: /cannot prove to be CN=evil: CERT_NOT_YET_VALID/,
  },
  'a server’s certificate': {
    make: issued({ usages: ['serverAuth'] }),
    reason: /cannot prove to be CN=evil: INVALID_PURPOSE/,
  },
  'a certificate without a usage': {
    make: issued({ usages: [] }),
    reason: /cannot prove to be CN=evil: its certificate is not for a client/,
  },
  'a revoked certificate': {
    make: async (farm) => {
      const folder = await farm.issue('evil', client);
      const list = await farm.revoke(folder);
      for (const own of farm.issued) writeFileSync(path.join(own, 'revoked.pem'), list);
      return credentials(folder);
    },
    reason: /cannot prove to be CN=evil: CERT_REVOKED/,
  },
};
for (const [title, { make, reason }] of Object.entries(intruders)) {
  test(`startDaemon() reads nothing from a client with ${title}, nor from its tickets`, async (t) => {
    const { farm, server, port } = await startTls(t);
    const options = await make(farm, t);
    const first = await visit(port, options);
    for (const session of first.tickets) {
      for (const again of [options, {}]) {
        const { answer } = await visit(port, { ...again, session });
        t.is(answer.length, 0);
      }
    }
    t.is(first.answer.length, 0);
    const visits = 1 + 2 * first.tickets.length;
    await waitUntil('all are logged', () => server.lines.length >= visits);
    t.is(server.stats.counts.denied, visits);
    t.true(server.lines.every((line) => /^error 127\.0\.0\.1:\d+ is not let in: /.test(line)));
    t.regex(server.lines[0] ?? '', reason);
    t.is(server.stats.counts.ok, 0);
  });
}

const noise: Record<string, string | Buffer> = {
  'speaks the plain protocol': request,
  'sends garbage': Buffer.alloc(300, 0x16),
  'leaves without a word': '',
};
for (const [title, bytes] of Object.entries(noise)) {
  test(`startDaemon() turns away a client that ${title} on the port of TLS`, async (t) => {
    const { server, port } = await startTls(t);
    const socket = net.connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    await once(socket, 'connect');
    if (bytes === '') socket.destroy();
    else socket.write(bytes);
    await waitUntil('it is logged', () => server.lines.length > 0);
    t.regex(server.lines.join('\n'), /^notice 127\.0\.0\.1:\d+ is not let in: (?:No TLS|It left)/);
    t.false(Buffer.concat(chunks).includes('DONE'));
    socket.destroy();
  });
}

test('startDaemon() takes no TLS older than 1.3', async (t) => {
  const { farm, server, port } = await startTls(t);
  const own = credentials(await farm.issue('me', client));
  t.is((await visit(port, { ...own, maxVersion: 'TLSv1.2' })).answer.length, 0);
  await waitUntil('it is logged', () => server.lines.length > 0);
  t.regex(server.lines.join('\n'), /No TLS: ERR_SSL_UNSUPPORTED_PROTOCOL/);
});

test('startDaemon() asks the access list first', async (t) => {
  const farm = await makeAuthority(t);
  const own = await farm.issue('me', { names: ['IP:127.0.0.1'] });
  const gate = new Gate(keepIdentity({ DISTCC_TLS_DIR: own }, () => undefined));
  const access = parseAccessList(['10.0.0.0/8']);
  const server = await startServer(t, { access, tls: { port: 0, gate } });
  t.is((await visit(server.tlsPort ?? 0, credentials(own))).answer.length, 0);
  t.deepEqual(server.lines, ['error 127.0.0.1 is not on the access list: connection closed']);
});

test('startDaemon() takes a ticket until its client is revoked', async (t) => {
  const { farm, own, server, port } = await startTls(t);
  const folder = await farm.issue('build7', client);
  const first = await visit(port, credentials(folder));
  const [session = Buffer.alloc(0)] = first.tickets;
  const again = await visit(port, { ...credentials(folder), session });
  t.deepEqual([first.isResumed, again.isResumed], [false, true]);
  t.true(again.answer.length > 0);
  writeFileSync(path.join(own, 'revoked.pem'), await farm.revoke(folder));
  const tickets = [session, ...again.tickets];
  for (const ticket of tickets) {
    const after = await visit(port, { ...credentials(folder), session: ticket });
    t.is(after.answer.length, 0);
  }
  await waitUntil('all are logged', () => server.stats.counts.denied === tickets.length);
  t.regex(
    server.lines.at(-1) ?? '',
    /is not let in: It cannot prove to be CN=build7: CERT_REVOKED/,
  );
});

test('startDaemon() takes no ticket when its hour is over', async (t) => {
  const clock = { ms: Date.now() };
  const { farm, port } = await startTls(t, () => clock.ms);
  const own = credentials(await farm.issue('build7', client));
  const [session = Buffer.alloc(0)] = (await visit(port, own)).tickets;
  clock.ms += 3_600_000;
  const after = await visit(port, { ...own, session });
  t.false(after.isResumed);
  t.true(after.answer.length > 0);
});

test('startDaemon() looks at the client’s last day with a ticket, too', async (t) => {
  const clock = { ms: Date.parse('2030-01-01T00:10:00Z') };
  const { farm, server, port } = await startTls(t, () => clock.ms);
  const own = credentials(await farm.issue('build7', { ...client, until: '20300101003000Z' }));
  const [session = Buffer.alloc(0)] = (await visit(port, own)).tickets;
  clock.ms += 25 * 60_000;
  const after = await visit(port, { ...own, session });
  t.true(after.isResumed);
  t.is(after.answer.length, 0);
  await waitUntil('it is logged', () => server.stats.counts.denied === 1);
  t.regex(server.lines.at(-1) ?? '', /CN=build7: its certificate has expired/);
});

test('keepIdentity() goes on with what it has while new files are no good', async (t) => {
  const { farm, own, server, port, failures } = await startTls(t);
  const me = credentials(await farm.issue('me', client));
  writeFileSync(path.join(own, 'revoked.pem'), await farm.revoke(await farm.issue('evil')));
  t.true((await visit(port, me)).answer.length > 0);
  writeFileSync(path.join(own, 'revoked.pem'), 'not a list');
  t.true((await visit(port, me)).answer.length > 0);
  rmSync(path.join(own, 'revoked.pem'));
  t.true((await visit(port, me)).answer.length > 0);
  t.is(failures.length, 2);
  t.regex(
    failures.join('\n'),
    /revoked\.pem", which TLS needs: ENOENT: what was read before goes on/,
  );
  t.is(server.stats.counts.denied, 0);
});

test('Daemon.close() does not wait for a handshake', async (t) => {
  const { server, port } = await startTls(t);
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  await waitUntil('it is taken', () => server.connectionCount() === 1);
  await server.close();
  t.is(server.connectionCount(), 0);
  socket.destroy();
});
