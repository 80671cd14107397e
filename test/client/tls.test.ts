import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import { makeProject } from '../helpers/make-project.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { startTlsServer } from '../helpers/start-tls-server.ts';

const server = { names: ['IP:127.0.0.1'], usages: ['serverAuth'] };

/** A farm of one daemon, and a project to compile with its certificate. */
async function makeFarm(t: ExecutionContext) {
  const farm = await makeAuthority(t);
  const [served, own] = await Promise.all([
    farm.issue('red', server),
    farm.issue('me', { usages: ['clientAuth'] }),
  ]);
  const project = await makeProject(t);
  const compile = (hosts: string, args = ['gcc', '-c', 'a.c']) =>
    runCli(t, 'distcc', args, {
      cwd: project,
      env: {
        DISTCC_HOSTS: hosts,
        DISTCC_DIR: path.join(project, 'state'),
        DISTCC_TLS_DIR: own,
        DISTCC_FALLBACK: '0',
        DISTCC_VERBOSE: '1',
      },
    });
  return { farm, served, own, project, compile };
}

async function startTlsDistccd(t: ExecutionContext, folder: string, wanted?: number) {
  const port = wanted ?? (await findFreePort());
  const args = ['--tls', '--plain', '--tls-port', String(port)];
  const daemon = await startOurDistccd(t, { args, env: { DISTCC_TLS_DIR: folder } });
  const stop = async (): Promise<void> => {
    const ended = once(daemon.process, 'exit');
    daemon.process.kill();
    await ended;
  };
  return { port, readLog: daemon.readLog, stop };
}

function readTickets(project: string): string[] {
  const folder = path.join(project, 'state/tls-sessions');
  return readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

test('distcc compiles on a host with ,tls, again and again with one ticket', async (t) => {
  const { served, project, compile } = await makeFarm(t);
  const { port, readLog } = await startTlsDistccd(t, served);
  const tickets: string[] = [];
  for (const source of ['a.c', 'b.c']) {
    const { code, stderr } = await compile(`127.0.0.1:${port},tls,lzo`, ['gcc', '-c', source]);
    t.is(code, 0, stderr);
    t.regex(stderr, /compiled on 127\.0\.0\.1:\d+,tls,lzo: /);
    tickets.push(...readTickets(project));
  }
  t.is(tickets.length, 2);
  t.is(tickets[0], tickets[1], 'the second took the first’s');
  t.true(existsSync(path.join(project, 'a.o')) && existsSync(path.join(project, 'b.o')));
  const folder = path.join(project, 'state/tls-sessions');
  const modes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
  t.deepEqual(modes, [0o600]);
  t.regex(await readLog(), /\(CN=me\) gcc b\.c: exit code 0/);
});

test('distcc sends no byte of a job to a host that cannot prove who it is', async (t) => {
  const { farm, compile } = await makeFarm(t);
  const folders = await Promise.all([
    makeAuthority(t).then((other) => other.issue('red', server)),
    farm.issue('red', { ...server, until: '20200102000000Z' }),
    farm.issue('red', { ...server, names: ['IP:127.0.0.2'] }),
    farm.issue('red', { ...server, usages: ['clientAuth'] }),
  ]);
  const evil = await Promise.all(folders.map((folder) => startTlsServer(t, folder)));
  const { code, stderr } = await compile(evil.map(({ port }) => `127.0.0.1:${port},tls`).join(' '));
  t.is(code, 116);
  t.is(stderr.match(/does not prove that it is "127\.0\.0\.1"/g)?.length, 4);
  t.true(evil.every(({ received }) => received().length === 0));
});

test('distcc keeps its certificate from being asked for plainly, and blames nobody when it has none', async (t) => {
  const { served, own, project, compile } = await makeFarm(t);
  const { port } = await startTlsDistccd(t, served);
  writeFileSync(path.join(own, 'key.pem'), 'no key');
  const { code, stderr } = await compile(`127.0.0.1:${port},tls`);
  t.is(code, 116);
  t.regex(stderr, /failed to distribute to 127\.0\.0\.1:\d+,tls: Cannot use the TLS files in "/);
  t.false(existsSync(path.join(project, 'state/backoff')), 'the host is not at fault');
});

test('distcc’s ticket does not outlive the revocation of its certificate', async (t) => {
  const { farm, served, own, compile } = await makeFarm(t);
  const { port, readLog } = await startTlsDistccd(t, served);
  t.is((await compile(`127.0.0.1:${port},tls`)).code, 0);
  writeFileSync(path.join(served, 'revoked.pem'), await farm.revoke(own));
  t.is((await compile(`127.0.0.1:${port},tls`)).code, 116);
  t.regex(await readLog(), /is not let in: It cannot prove to be CN=me: CERT_REVOKED/);
});

test('distcc’s ticket does not outlive the revocation of its host', async (t) => {
  const { farm, served, own, compile } = await makeFarm(t);
  const { port } = await startTlsDistccd(t, served);
  t.is((await compile(`127.0.0.1:${port},tls`)).code, 0);
  writeFileSync(path.join(own, 'revoked.pem'), await farm.revoke(served));
  const { code, stderr } = await compile(`127.0.0.1:${port},tls`);
  t.is(code, 116);
  t.regex(stderr, /certificate revoked/);
  t.true(readFileSync(path.join(own, 'revoked.pem'), 'utf8').includes('X509 CRL'));
});

test('distcc’s ticket opens nothing to who took its host’s place', async (t) => {
  const { farm, served, compile } = await makeFarm(t);
  const other = await makeAuthority(t);
  const impostors = [
    { folder: await other.issue('red', server) },
    { folder: await farm.issue('red', { ...server, names: ['IP:127.0.0.2'] }) },
    { folder: await farm.issue('red', { ...server, usages: [] }) },
    { folder: served, options: { maxVersion: 'TLSv1.2' } as const },
  ];
  for (const { folder, options } of impostors) {
    const { port, stop } = await startTlsDistccd(t, served);
    const hosts = `127.0.0.1:${port},tls`;
    t.is((await compile(hosts)).code, 0);
    await stop();
    const impostor = await startTlsServer(t, folder, options, port);
    const { code, stderr } = await compile(hosts);
    t.is(code, 116);
    t.regex(stderr, /failed to distribute to .*: (?:.* does not prove that|No TLS with) /);
    t.is(impostor.received().length, 0);
  }
});

test('distcc shows its certificate again where the host has other keys for its tickets', async (t) => {
  const { served, compile } = await makeFarm(t);
  const { port, stop } = await startTlsDistccd(t, served);
  const hosts = `127.0.0.1:${port},tls`;
  t.is((await compile(hosts)).code, 0);
  await stop();
  const { readLog } = await startTlsDistccd(t, served, port);
  for (let job = 0; job < 2; job += 1) t.is((await compile(hosts)).code, 0);
  t.is((await readLog()).match(/\(CN=me\) gcc a\.c: exit code 0/g)?.length, 2);
});

test('distcc sends and takes megabytes by a ticket, to a host known by another name', async (t) => {
  const { farm, project, compile } = await makeFarm(t);
  const { port } = await startTlsDistccd(
    t,
    await farm.issue('red', { ...server, names: ['DNS:red'] }),
  );
  const size = 6_000_000;
  const tickets: string[] = [];
  writeFileSync(path.join(project, 'big.c'), `char x[] = "${'x'.repeat(size)}";\n`);
  for (let job = 0; job < 2; job += 1) {
    const { code, stderr } = await compile(`127.0.0.1:${port},tls=red`, ['gcc', '-c', 'big.c']);
    t.is(code, 0, stderr);
    t.true(statSync(path.join(project, 'big.o')).size > size);
    tickets.push(...readTickets(project));
  }
  t.is(tickets.length, 2);
  t.is(tickets[0], tickets[1], 'who shows its certificate gives another');
});

test('distcc probes a host with ,tls over TLS when its time on the blacklist is over', async (t) => {
  const { served, project, compile } = await makeFarm(t);
  const port = await findFreePort();
  t.is((await compile(`127.0.0.1:${port},tls`)).code, 116);
  const file = path.join(project, 'state/backoff', `127.0.0.1-${port}.json`);
  const record = JSON.parse(readFileSync(file, 'utf8')) as { until: number };
  writeFileSync(file, JSON.stringify({ ...record, until: Date.now() - 1 }));
  const args = ['--tls', '--plain', '--tls-port', String(port)];
  await startOurDistccd(t, { args, env: { DISTCC_TLS_DIR: served } });
  const { code, stderr } = await compile(`127.0.0.1:${port},tls`);
  t.is(code, 0, stderr);
});
