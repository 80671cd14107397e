import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { compiledSources, linkPrograms } from './run-example.ts';

test('a link named gcc to distcc, first on PATH, sends a compilation to the farm', async (t) => {
  const daemon = await startOurDistccd(t);
  const folder = await makeFolder(t);
  const links = await linkPrograms(path.join(folder, 'links'), { gcc: 'distcc' });
  await writeFile(path.join(folder, 'x.c'), 'int x;\n');
  const env = {
    PATH: `${links}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    DISTCC_HOSTS: `127.0.0.1:${daemon.port}`,
  };
  const result = await run(t, ['gcc', '-c', 'x.c'], { cwd: folder, env });
  t.is(result.stderr, '');
  t.is(result.code, 0);
  t.deepEqual(compiledSources(await daemon.readLog()), ['x.c']);
});
