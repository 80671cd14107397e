import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { splitSpecs } from '../../src/server/specs-files.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { messagesOf, send } from './start-server.ts';

/** A sysroot with `lib/small.specs`, and a file beside it that a link inside leads to. */
async function makeSysroot(t: ExecutionContext): Promise<string> {
  const folder = await realpath(await makeFolder(t));
  const sysroot = path.join(folder, 'root');
  await mkdir(path.join(sysroot, 'lib'), { recursive: true });
  // It shows in the object: without it, gcc leaves its name there.
  await writeFile(path.join(sysroot, 'lib/small.specs'), '*cc1:\n+ -fno-ident\n\n');
  await writeFile(path.join(folder, 'other.specs'), '');
  await symlink(path.join(folder, 'other.specs'), path.join(sysroot, 'link.specs'));
  return sysroot;
}

test('splitSpecs() takes out what lies below the sysroot, by its true path, and leaves the rest', async (t) => {
  const sysroot = await makeSysroot(t);
  const file = path.join(sysroot, 'lib/small.specs');
  for (const name of ['lib/small.specs', '/lib/small.specs', file, 'lib/../lib/small.specs']) {
    for (const option of ['-specs', '--specs']) {
      const split = splitSpecs(['gcc', `${option}=${name}`, '-c', 'a.c'], sysroot);
      t.deepEqual(split, { args: ['gcc', '-c', 'a.c'], specs: [`-specs=${file}`] }, name);
    }
  }
  const others = ['../other.specs', 'link.specs', 'lib', 'none', '', '/etc/passwd', 'a\0b', '.'];
  for (const name of others) {
    const args = ['gcc', `-specs=${name}`, '-c', 'a.c'];
    t.deepEqual(splitSpecs(args, sysroot), { args, specs: [] }, name);
  }
  const args = ['gcc', '-specs=lib/small.specs'];
  t.deepEqual(splitSpecs(args, undefined), { args, specs: [] });
});

test('distccd --sysroot lets clients use specs files below it, and no others', async (t) => {
  const sysroot = await makeSysroot(t);
  const daemon = await startOurDistccd(t, { args: ['--sysroot', sysroot] });
  const compile = (...words: string[]) => send(daemon, ['gcc', ...words, '-c', 'a.c', '-o', 'a.o']);
  const hasIdent = async (...words: string[]): Promise<boolean> =>
    Buffer.from((await compile(...words)).object).includes('GCC: (');
  t.true(await hasIdent());
  t.false(await hasIdent('-specs=lib/small.specs'));
  const refused = await compile('-specs=../other.specs');
  t.is(refused.status, 0x6e00);
  t.regex(messagesOf(refused), /-specs=\.\.\/other\.specs runs other programs/);
});

test('distccd does not start with a --sysroot that is no folder: 101', async (t) => {
  const args = [
    '--no-detach',
    '--listen',
    '127.0.0.1',
    '--lifetime',
    '1',
    '--sysroot',
    '/etc/passwd',
  ];
  const { code, stderr } = await runCli(t, 'distccd', args);
  t.is(code, 101);
  t.is(stderr, 'distccd: Cannot take "/etc/passwd" for --sysroot: want a folder\n');
});
