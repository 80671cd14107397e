import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeProject } from '../helpers/make-project.ts';
import { commandOf } from '../helpers/paths.ts';
import { run, runCli } from '../helpers/run.ts';
import { startServer } from '../server/start-server.ts';

const distcc = commandOf('distcc').join(' ');

for (const signal of ['HUP', 'INT', 'TERM'] as const) {
  for (const words of ['-c a.c', '-c a.c -march=native']) {
    test(`distcc ends by SIG${signal} that its compiler got first, and starts none again: ${words}`, async (t) => {
      const server = await startServer(t);
      const folder = await makeFolder(t);
      const compiler = path.join(folder, 'mygcc');
      await writeFile(compiler, `#!/bin/sh\necho run >>${folder}/runs\nkill -${signal} $$\n`);
      await chmod(compiler, 0o755);
      const result = await runCli(t, 'distcc', [compiler, ...words.split(' ')], {
        cwd: folder,
        env: { DISTCC_HOSTS: `127.0.0.1:${server.port}`, DISTCC_BROKER: '0' },
      });
      t.deepEqual([result.code, result.signal, result.stderr], [null, `SIG${signal}`, '']);
      t.is(await readFile(path.join(folder, 'runs'), 'utf8'), 'run\n');
    });
  }
  test(`distcc and its compiler ignore SIG${signal} as they are told to by nohup(1) and the like`, async (t) => {
    const server = await startServer(t);
    const folder = await makeProject(t);
    const compiler = path.join(folder, 'gcc');
    // It tells all of its group, as a terminal does.
    await writeFile(compiler, `#!/bin/sh\nkill -${signal} 0\nsleep 0.2\nexec /usr/bin/gcc "$@"\n`);
    await chmod(compiler, 0o755);
    const each = ['-c a.c', '-c a.c -march=native'].map((words) => `${distcc} gcc ${words}`);
    const script = `PATH=$PWD:$PATH; trap '' ${signal}; ${each.join(' && ')}; echo $?`;
    const { stdout, stderr } = await run(t, ['sh', '-c', script], {
      cwd: folder,
      env: { DISTCC_HOSTS: `127.0.0.1:${server.port}`, DISTCC_BROKER: '0' },
    });
    t.deepEqual([stdout, stderr], ['0\n', '']);
  });
}
