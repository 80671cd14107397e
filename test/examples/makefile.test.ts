import test from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { compiledSources, copyExample, PATIENTLY } from './run-example.ts';

test('make vets the farm and compiles on the hosts that passed', async (t) => {
  const daemon = await startOurDistccd(t);
  const example = await copyExample(t, 'makefile');
  const good = `127.0.0.1:${daemon.port}`;
  const farm = `FARM=${PATIENTLY} ${good} 127.0.0.1:${await findFreePort()}`;
  const built = await example.run(['make', farm]);
  t.is(built.stderr, '');
  t.true(built.stdout.startsWith(`Building on ${good}\n`));
  t.is(built.code, 0);
  t.deepEqual(compiledSources(await daemon.readLog()).sort(), ['greeting.c', 'main.c']);
  t.is((await example.run(['./hello'])).stdout, 'Hello from the farm\n');
});

test('make builds here when no host is good', async (t) => {
  const example = await copyExample(t, 'makefile');
  const built = await example.run(['make', `FARM=127.0.0.1:${await findFreePort()}`]);
  t.regex(built.stdout, /^Building on localhost\/\d+\n/);
  t.is(built.code, 0);
  t.is((await example.run(['./hello'])).stdout, 'Hello from the farm\n');
});

test('make hello compiles on the hosts of the environment', async (t) => {
  const daemon = await startOurDistccd(t);
  const example = await copyExample(t, 'makefile');
  const DISTCC_HOSTS = `127.0.0.1:${daemon.port}`;
  t.is((await example.run(['make', 'hello'], { DISTCC_HOSTS })).code, 0);
  t.deepEqual(compiledSources(await daemon.readLog()).sort(), ['greeting.c', 'main.c']);
});
