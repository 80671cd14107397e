import { availableParallelism } from 'node:os';
import test from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { compiledSources, copyExample, PATIENTLY } from './run-example.ts';

const cores = availableParallelism();
const show = ['sh', '-c', 'echo "$DISTCC_HOSTS $MAKEFLAGS"'];

test('prestep.sh builds on the hosts that passed', async (t) => {
  const daemon = await startOurDistccd(t);
  const good = `127.0.0.1:${daemon.port}/3`;
  const example = await copyExample(t, 'shell-prestep');
  const FARM = `${PATIENTLY} ${good} 127.0.0.1:${await findFreePort()}`;
  const compile = 'echo "int x;" > x.c && distcc gcc -c x.c -o x.o && test -s x.o && rm x.*';
  const result = await example.run(['./prestep.sh', 'sh', '-c', `${compile}; ${show[2] ?? ''}`], {
    FARM,
  });
  t.is(result.stdout, `${good} -j3\n`);
  t.is(result.stderr, `prestep: building on ${good}\n`);
  t.is(result.code, 0);
  t.deepEqual(compiledSources(await daemon.readLog()), ['x.c']);
});

test('prestep.sh builds here when no host is good', async (t) => {
  const example = await copyExample(t, 'shell-prestep');
  const result = await example.run(['./prestep.sh', ...show], {
    FARM: `127.0.0.1:${await findFreePort()}`,
  });
  t.is(result.stdout, `localhost/${cores} -j${cores}\n`);
  const [lsdistcc, prestep] = result.stderr.split('\n');
  t.regex(lsdistcc ?? '', /^lsdistcc: 0 of 1 hosts are good, wanted 1: .*ECONNREFUSED$/);
  t.is(prestep, 'prestep: not enough good hosts, building on this machine');
  t.is(result.code, 0);
});

test('prestep.sh ends with the exit code of the build', async (t) => {
  const example = await copyExample(t, 'shell-prestep');
  const FARM = `[::1]:${await findFreePort()}`;
  const result = await example.run(['./prestep.sh', 'sh', '-c', 'exit 3'], { FARM });
  t.is(result.code, 3);
});

test('prestep.sh stops at words that lsdistcc does not know', async (t) => {
  const example = await copyExample(t, 'shell-prestep');
  const result = await example.run(['./prestep.sh', 'echo', 'built'], { FARM: '--nonsense' });
  t.is(result.stdout, '');
  t.regex(result.stderr, /^lsdistcc: .*--nonsense/);
  t.is(result.code, 2);
});
