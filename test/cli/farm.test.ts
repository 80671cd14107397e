import { chmodSync, cpSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeProject } from '../helpers/make-project.ts';
import { run, runCli } from '../helpers/run.ts';
import { commandOf } from '../helpers/paths.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';

/** The owner of a farm, and the words that make `lsdistcc farm` work on it. */
async function makeOwner(t: ExecutionContext) {
  const state = await makeFolder(t);
  const farm = (...args: readonly string[]) =>
    runCli(t, 'lsdistcc', ['farm', ...args], { env: { DISTCC_DIR: state } });
  return { state, farm, folder: path.join(state, 'farm') };
}

test('a farm of two commands and one copy compiles over TLS, until it is revoked', async (t) => {
  const { state, farm, folder } = await makeOwner(t);
  t.is((await farm('init')).code, 0);
  const made = (await farm('add', '127.0.0.1')).stdout.trim();
  const own = (await farm('add', '--client', 'me')).stdout.trim();
  t.is(made, path.join(folder, 'machines/127.0.0.1'));
  const red = path.join(await makeFolder(t), 'tls');
  cpSync(made, red, { recursive: true });
  cpSync(own, path.join(state, 'tls'), { recursive: true });
  const port = await findFreePort();
  const args = ['--tls', '--plain', '--tls-port', String(port)];
  const daemon = await startOurDistccd(t, { args, env: { DISTCC_TLS_DIR: red } });
  const env = { DISTCC_DIR: state };
  const list = await runCli(
    t,
    'lsdistcc',
    ['--tls', '-k9000', '-c9000', '-t30', `127.0.0.1:${port}`],
    { env },
  );
  t.deepEqual([list.stdout, list.stderr], [`127.0.0.1:${port},tls\n`, '']);
  const cwd = await makeProject(t);
  const job = { ...env, DISTCC_HOSTS: list.stdout, DISTCC_FALLBACK: '0' };
  const compile = () => runCli(t, 'distcc', ['gcc', '-c', 'a.c'], { cwd, env: job });
  t.is((await compile()).code, 0);
  t.true(existsSync(path.join(cwd, 'a.o')));
  const revoked = await farm('revoke', 'me');
  cpSync(revoked.stdout.trim(), path.join(red, 'revoked.pem'));
  t.is((await compile()).code, 116);
  t.regex(await daemon.readLog(), /cannot prove to be CN=me: CERT_REVOKED/);
});

test('distccd --tls does not start where its user could not hear of a revocation', async (t) => {
  const { farm } = await makeOwner(t);
  await farm('init');
  const made = (await farm('add', '127.0.0.1')).stdout.trim();
  const folder = path.join(await makeFolder(t), 'tls');
  cpSync(made, folder, { recursive: true });
  chmodSync(folder, 0o700);
  const args = [
    '--tls',
    '--tls-port',
    String(await findFreePort()),
    '--no-detach',
    '--user',
    'nobody',
  ];
  const { TMPDIR } = { TMPDIR: await makeFolder(t) };
  const lifetime = ['--lifetime', '1'];
  const { code, stderr } = await runCli(t, 'distccd', [...args, ...lifetime, '--log-stderr'], {
    // Its user could not write counters of coverage, and would say so.
    env: { DISTCC_TLS_DIR: folder, TMPDIR, NODE_V8_COVERAGE: '' },
  });
  if (process.getuid?.() !== 0) t.is(code, 0, 'its user is its owner');
  else
    t.deepEqual(
      [code, stderr],
      [107, `distccd: Cannot read "${folder}/ca.pem", which TLS needs: EACCES\n`],
    );
});

test('lsdistcc farm says what it did, and what there is', async (t) => {
  const { farm, folder } = await makeOwner(t);
  t.regex(
    (await farm('list')).stderr,
    /^lsdistcc: Cannot read ".*ca\.pem": ENOENT; "farm init" makes/,
  );
  t.regex((await farm('init')).stderr, /farm is a farm's authority now/);
  const again = await farm('init');
  t.deepEqual(
    [again.code, again.stderr],
    [2, `lsdistcc: Cannot make a farm in "${folder}": it is there already\n`],
  );
  await farm('add', 'red', '10.0.0.7', '--client', 'red', '--days', '7');
  const { stdout } = await farm('list');
  t.regex(stdout, /^red\tserver\+client\tred,10\.0\.0\.7\t\d{4}-\d\d-\d\d\tgood\t[\da-f]{32}\n$/);
  t.is((await farm('renew', 'red')).stdout, `${path.join(folder, 'machines/red')}\n`);
  for (const args of [
    ['add'],
    ['add', 'a b'],
    ['revoke'],
    ['revoke', 'blue'],
    ['add', '--bogus'],
  ]) {
    t.is((await farm(...args)).code, 2, args.join(' '));
  }
  t.regex((await farm('add', '--help')).stdout, /lsdistcc farm init \[DIR\]/);
});

test('lsdistcc takes farm for a host where no command follows', async (t) => {
  const { stderr } = await runCli(t, 'lsdistcc', [
    '--explain',
    '-t1',
    '--dns-server',
    '127.0.0.1:9',
    'farm',
  ]);
  t.regex(stderr, /^farm \[list farm\]: /m);
});

test('lsdistcc farm request and approve: the key stays where it was made', async (t) => {
  const { farm, state } = await makeOwner(t);
  await farm('init');
  const tls = path.join(await makeFolder(t), 'tls');
  const made = await runCli(t, 'lsdistcc', ['farm', 'request', 'red', '10.0.0.7'], {
    env: { DISTCC_TLS_DIR: tls },
  });
  t.deepEqual(readdirSync(tls), ['key.pem']);
  t.is(statSync(path.join(tls, 'key.pem')).mode & 0o777, 0o600);
  const fingerprint = /^Fingerprint: (.*)\n$/.exec(made.stderr)?.[1] ?? '';
  const request = path.join(state, 'red.csr');
  writeFileSync(request, made.stdout);
  const unasked = await farm('approve', request);
  t.deepEqual([unasked.code, unasked.stdout], [2, '']);
  t.true(unasked.stderr.includes(fingerprint));
  const other = fingerprint.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  t.is((await farm('approve', request, '--fingerprint', other)).code, 2);
  const approved = await farm('approve', request, '--fingerprint', fingerprint.toUpperCase());
  t.deepEqual(readdirSync(approved.stdout.trim()), ['ca.pem', 'cert.pem', 'revoked.pem']);
});

test('lsdistcc farm approve asks a person on the terminal', async (t) => {
  const { farm, state } = await makeOwner(t);
  await farm('init');
  const made = await runCli(t, 'lsdistcc', ['farm', 'request', 'red'], {
    env: { DISTCC_DIR: state },
  });
  const request = path.join(state, 'red.csr');
  writeFileSync(request, made.stdout);
  const ask = (answer: string) => {
    const line = `${commandOf('lsdistcc').join(' ')} farm approve ${request}`;
    const command = ['script', '-qec', line, '/dev/null'];
    return run(t, command, { env: { DISTCC_DIR: state }, stdin: `${answer}\n` });
  };
  t.regex((await ask('n')).stdout, /Serves as: {3}red\r\n[^]*\[y\/N\][^]*Not approved/);
  t.regex((await farm('list')).stdout, /^$/);
  await ask('y');
  t.regex((await farm('list')).stdout, /^red\tserver\t/);
});

test('an authority survives kill -9 while it signs', async (t) => {
  const { farm, folder, state } = await makeOwner(t);
  await farm('init');
  for (const delayMs of [150, 250, 350]) {
    await runCli(t, 'lsdistcc', ['farm', 'add', `red${delayMs}`], {
      env: { DISTCC_DIR: state },
      onStart: (child) => setTimeout(() => child.kill('SIGKILL'), delayMs),
    });
  }
  t.is((await farm('add', 'blue')).stdout, `${path.join(folder, 'machines/blue')}\n`);
  t.regex((await farm('list')).stdout, /^blue\t/m);
});
