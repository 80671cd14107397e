import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeProject } from '../helpers/make-project.ts';
import { commandOf, isExecutableTested } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startServer } from '../server/start-server.ts';

const distcc = commandOf('distcc').join(' ');

test('distcc compiles in a folder, and with a CPATH, whose names are not UTF-8', async (t) => {
  const server = await startServer(t);
  const folder = await makeProject(t);
  const script = `n=$(printf 'gr\\366n'); mkdir "$n"; echo 'int odd;' >"$n/odd.h"; cd "$n"
    CPATH=$PWD ${distcc} clang -c ../odd.c || exit
    ${distcc} clang -g -I. -c ../odd.c -o ../here.o && grep -c "/$n" ../here.o`;
  await writeFile(path.join(folder, 'odd.c'), '#include <odd.h>\n');
  const env = { LC_ALL: 'C', DISTCC_HOSTS: `127.0.0.1:${server.port}`, DISTCC_BROKER: '0' };
  const { code, stdout, stderr } = await run(t, ['sh', '-c', script], { cwd: folder, env });
  t.deepEqual([code, stderr], [0, '']);
  t.regex(stdout, /^[1-9]\d*\n$/);
});

test('distcc compiles though the folder it runs in was removed; Bun does not start there', async (t) => {
  const server = await startServer(t);
  const folder = await makeProject(t);
  const script = `mkdir gone; cd gone; rmdir ../gone; ${distcc} gcc -c "$0/a.c" -o "$0/a.o"`;
  const env = { DISTCC_HOSTS: `127.0.0.1:${server.port}`, DISTCC_BROKER: '0' };
  const { code } = await run(t, ['sh', '-c', script, folder], { cwd: folder, env });
  t.is(code, isExecutableTested ? 1 : 0);
});

test('distcc learns how its children end though who started it ignores such news', async (t) => {
  const folder = await makeProject(t);
  const python = `import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp("sh", ["sh", "-c", "exec ${distcc} gcc -c a.c"])`;
  const env = { DISTCC_HOSTS: 'localhost', DISTCC_BROKER: '0' };
  const { code, stderr } = await run(t, ['python3', '-c', python], { cwd: folder, env });
  t.deepEqual([code, stderr], [0, '']);
  t.is((await readFile(path.join(folder, 'a.o'))).toString('latin1', 1, 4), 'ELF');
});
