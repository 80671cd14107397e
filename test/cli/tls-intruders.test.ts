import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeAuthority } from '../helpers/make-authority.ts';
import type { Authority } from '../helpers/make-authority.ts';
import { makeProject } from '../helpers/make-project.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { startTlsServer } from '../helpers/start-tls-server.ts';

const server = { names: ['IP:127.0.0.1'], usages: ['serverAuth'] };
const client = { usages: ['clientAuth'] };

/** What a runtime might take for a reason to believe others than ca.pem says. */
function believing({ ca }: Authority): Record<string, string> {
  return { NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
}

/** Who serves, and why not. */
const impostors: Record<string, (farm: Authority, other: Authority) => Promise<string>> = {
  'of another farm': (_, other) => other.issue('red', server),
  'that has expired': (farm) => farm.issue('red', { ...server, until: '20200102000000Z' }),
  'of another name': (farm) => farm.issue('red', { ...server, names: ['DNS:red', 'IP:10.0.0.1'] }),
  'of a client': (farm) => farm.issue('red', { ...server, ...client }),
  'that was revoked': async (farm) => {
    const folder = await farm.issue('red', server);
    await farm.revoke(folder);
    return folder;
  },
};
for (const [what, issue] of Object.entries(impostors)) {
  test(`a host with a certificate ${what} is untrusted and gets no byte`, async (t) => {
    const [farm, other] = await Promise.all([makeAuthority(t), makeAuthority(t)]);
    const impostor = await issue(farm, other);
    const own = await farm.issue('me', client);
    writeFileSync(path.join(own, 'revoked.pem'), await farm.revoke());
    const { port, received } = await startTlsServer(t, impostor);
    const env = { ...believing(other), DISTCC_TLS_DIR: own, DISTCC_FALLBACK: '0' };
    const words = ['--tls', '--explain', '-c9000', '-k9000', '-t30', `127.0.0.1:${port}`];
    const list = await runCli(t, 'lsdistcc', words, { env });
    t.deepEqual([list.code, list.stdout], [1, '']);
    t.regex(list.stderr, /untrusted/);
    const job = { ...env, DISTCC_HOSTS: `127.0.0.1:${port},tls` };
    const cwd = await makeProject(t);
    const { code, stderr } = await runCli(t, 'distcc', ['gcc', '-c', 'a.c'], { cwd, env: job });
    t.is(code, 116);
    t.regex(stderr, /does not prove that it is "127\.0\.0\.1"/);
    t.is(received().length, 0);
  });
}

test('distccd --tls reads nothing of who cannot prove to belong to the farm', async (t) => {
  const [farm, other] = await Promise.all([makeAuthority(t), makeAuthority(t)]);
  const port = await findFreePort();
  const daemon = await startOurDistccd(t, {
    args: ['--tls', '--plain', '--tls-port', String(port)],
    env: { ...believing(other), DISTCC_TLS_DIR: await farm.issue('red', server) },
  });
  const cwd = await makeProject(t);
  const send = async (folder: string, ca: string): Promise<number | null> => {
    writeFileSync(path.join(folder, 'ca.pem'), readFileSync(ca)); // it believes the daemon
    const hosts = { DISTCC_HOSTS: `127.0.0.1:${port},tls`, DISTCC_FALLBACK: '0' };
    const env = { ...hosts, DISTCC_TLS_DIR: folder };
    return (await runCli(t, 'distcc', ['gcc', '-c', 'a.c'], { cwd, env })).code;
  };
  t.is(await send(await farm.issue('me', client), farm.ca), 0);
  t.is(await send(await other.issue('thief', client), farm.ca), 116);
  t.is(await send(await farm.issue('old', { ...client, until: '20200102000000Z' }), farm.ca), 116);
  t.is(await send(await farm.issue('blue', server), farm.ca), 116);
  const log = await daemon.readLog();
  for (const [name, why] of [
    ['thief', '\\w+LEAF_SIGNATURE'],
    ['old', 'CERT_HAS_EXPIRED'],
    ['blue', 'INVALID_PURPOSE'],
  ]) {
    t.regex(log, new RegExp(`cannot prove to be CN=${name}: ${why}`));
  }
  t.is(log.match(/exit code/g)?.length, 1);
});
