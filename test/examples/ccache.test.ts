import path from 'node:path';
import test from 'ava';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { compiledSources, copyExample } from './run-example.ts';

test('make sends to the farm what ccache does not have, and that only once', async (t) => {
  const daemon = await startOurDistccd(t);
  const example = await copyExample(t, 'ccache');
  const env = {
    CCACHE_DIR: path.join(example.folder, 'cache'),
    DISTCC_HOSTS: `127.0.0.1:${daemon.port},lzo`,
  };
  const sources = ['main.c', 'sums.c'];
  t.is((await example.run(['make', '-j2'], env)).code, 0);
  t.is((await example.run(['./sums'])).stdout, '5050\n');
  t.deepEqual(compiledSources(await daemon.readLog()).sort(), sources);

  t.is((await example.run(['make', 'clean'], env)).code, 0);
  t.is((await example.run(['make', '-j2'], env)).code, 0);
  t.is((await example.run(['./sums'])).stdout, '5050\n');
  t.deepEqual(compiledSources(await daemon.readLog()).sort(), sources);
});
