import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';

/** What of make's job server `distcc ls` sees, behind its own three. */
async function listPipes(t: Parameters<typeof run>[0], recipe: string): Promise<string> {
  const folder = await makeFolder(t);
  const distcc = commandOf('distcc').join(' ');
  const show = `${distcc} sh -- show.sh`;
  await writeFile(path.join(folder, 'show.sh'), 'for n in 3 4; do readlink /proc/$$/fd/$n; done\n');
  await writeFile(path.join(folder, 'makefile'), `all:\n\t${recipe.replace('SHOW', show)}\n`);
  const env = { DISTCC_HOSTS: 'localhost', DISTCC_BROKER: '0', MAKEFLAGS: undefined };
  const { stdout } = await run(t, ['make', '-s', '-j3'], { cwd: folder, env });
  return stdout.replaceAll(/\d+/g, '0');
}

test('distcc hands make’s job server on to a command, which a linker of -flto asks', async (t) => {
  t.is(await listPipes(t, '+@SHOW'), 'pipe:[0]\npipe:[0]\n');
});

test('distcc hands nothing on in the place of a job server that make kept', async (t) => {
  t.is(await listPipes(t, '@SHOW'), '');
});

test('distcc hands on the descriptors that a command names', async (t) => {
  const distcc = commandOf('distcc').join(' ');
  const { stdout } = await run(t, ['sh', '-c', `echo said | ${distcc} cat /dev/fd/9 9<&0`], {
    env: { DISTCC_HOSTS: 'localhost', DISTCC_BROKER: '0' },
  });
  t.is(stdout, 'said\n');
});
