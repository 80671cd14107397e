import path from 'node:path';
import test from 'ava';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { compiledSources, copyExample } from './run-example.ts';

test('cmake puts distcc before the compilers with CMAKE_C_COMPILER_LAUNCHER', async (t) => {
  const daemon = await startOurDistccd(t);
  const example = await copyExample(t, 'cmake');
  const env = { DISTCC_HOSTS: `127.0.0.1:${daemon.port},lzo` };
  const configured = await example.run(['cmake', '--preset', 'farm'], env);
  t.is(configured.code, 0, configured.stderr);
  const built = await example.run(['cmake', '--build', '--preset', 'farm'], env);
  t.is(built.code, 0, built.stdout);
  t.is((await example.run(['build/sums'])).stdout, 'The sum is\n5050\n');
  const sources = namesIn(await daemon.readLog());
  for (const source of ['greet.cc', 'main.c', 'sums.c']) t.true(sources.includes(source), source);
});

test('meson compiles with distcc when its native file says so', async (t) => {
  const daemon = await startOurDistccd(t);
  const example = await copyExample(t, 'meson');
  const env = { DISTCC_HOSTS: `127.0.0.1:${daemon.port},lzo` };
  const setup = ['meson', 'setup', 'build', '--native-file', 'farm.ini'];
  const configured = await example.run(setup, env);
  t.is(configured.code, 0, configured.stdout);
  t.is((await example.run(['ninja', '-C', 'build'], env)).code, 0);
  t.is((await example.run(['build/sums'])).stdout, '5050\n');
  const sources = namesIn(await daemon.readLog());
  for (const source of ['main.c', 'sums.c']) t.true(sources.includes(source), source);
});

/** The sources that a daemon's log tells of, whatever compiled them. */
function namesIn(log: string): string[] {
  return [...log.matchAll(/(\S+): exit code 0/g)].map(([, file = '']) => path.basename(file));
}

for (const [title, compiler] of [
  ['ccache in front of distcc, as one command', 'ccache distcc gcc'],
  ['distcc in front of ccache', 'distcc ccache gcc'],
] as const) {
  test(`make builds with ${title}`, async (t) => {
    const daemon = await startOurDistccd(t);
    const example = await copyExample(t, 'ccache');
    const env = {
      CCACHE_DIR: path.join(example.folder, 'cache'),
      CCACHE_PREFIX: undefined,
      DISTCC_HOSTS: `127.0.0.1:${daemon.port}`,
    };
    t.is((await example.run(['make', '-j2', `CC=${compiler}`, 'CCACHE_PREFIX='], env)).code, 0);
    t.is((await example.run(['./sums'])).stdout, '5050\n');
    const served = compiledSources(await daemon.readLog()).sort();
    t.deepEqual(served, compiler.startsWith('ccache') ? ['main.c', 'sums.c'] : []);
  });
}
