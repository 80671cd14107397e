import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { addMachine, initAuthority, openAuthority } from '../../src/farm/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';

/** A farm, and the words that make `lsdistcc farm` work on it. */
async function makeFarm(t: ExecutionContext) {
  const state = await makeFolder(t);
  const folder = path.join(state, 'farm');
  await initAuthority(folder, { days: 30 });
  const env = { DISTCC_DIR: state };
  const farm = (...args: readonly string[]) => runCli(t, 'lsdistcc', ['farm', ...args], { env });
  return { env, farm, folder };
}

test('a disk that gets full leaves the list of the revoked as it was, and that is said', async (t) => {
  const { env, farm, folder } = await makeFarm(t);
  const names = Array.from({ length: 15 }, (_, index) => `red${index}`);
  const authority = await openAuthority(folder);
  for (const client of names) await addMachine(authority, { names: [], client }, 30);
  const file = path.join(folder, 'revoked.pem');
  const before = readFileSync(file, 'utf8');
  // A write(2) past the limit of 1 KiB takes what still fits, as on a disk that gets full.
  const small = ['bash', '-c', 'ulimit -f 1; exec "$@"', 'bash'];
  const command = [...small, ...commandOf('lsdistcc'), 'farm', 'revoke', ...names];
  const full = await run(t, command, { env: { ...env, NODE_V8_COVERAGE: undefined } });
  t.is(full.code, 107);
  t.true(full.stderr.endsWith(`lsdistcc: Cannot write "${file}": EFBIG\n`), full.stderr);
  const after = readFileSync(file, 'utf8');
  t.true(after.endsWith('-----END X509 CRL-----\n'));
  t.true(after.length >= before.length);
  t.is((await farm('revoke', ...names)).code, 0, 'when there is room again');
  t.true(readFileSync(file, 'utf8').length > 1024);
});

test('owners who add one machine at the same time make one, and are told', async (t) => {
  const { farm } = await makeFarm(t);
  const runs = await Promise.all([farm('add', 'red'), farm('add', 'red'), farm('add', 'red')]);
  t.is(runs.filter(({ code }) => code === 0).length, 1);
  for (const { code, stderr } of runs) {
    if (code !== 0)
      t.regex(stderr, /^lsdistcc: Cannot (?:add "red": |write ".*red": ENOTEMPTY\n$)/);
  }
});

test('lsdistcc farm writes an IPv6 address as people do, whatever it runs on', async (t) => {
  const { farm } = await makeFarm(t);
  const { stdout } = await farm('add', '::0001', 'FE80::1%eth0');
  t.is(path.basename(stdout.trim()), '::1');
  t.is((await farm('list')).stdout.split('\t')[2], '::1,fe80::1');
});

for (const name of ['../red', 'red\n', '']) {
  test(`lsdistcc farm add refuses ${JSON.stringify(name)}`, async (t) => {
    const { farm } = await makeFarm(t);
    const { code, stderr } = await farm('add', '--', name);
    t.is(code, 2);
    t.regex(stderr, /^lsdistcc: Cannot (?:certify|read) [^]*\n$/);
    t.is((await farm('list')).stdout, '');
  });
}
