import { existsSync, statSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { IoError } from '../../src/errors/index.ts';
import {
  distccFolder,
  findProgram,
  isExecutable,
  isMasquerade,
  makeTempFolder,
  splitPath,
} from '../../src/process/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { programFile } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';

test('splitPath() takes an empty element for the working folder', (t) => {
  t.deepEqual(splitPath('/a:/b'), ['/a', '/b']);
  t.deepEqual(splitPath('/a::/b:'), ['/a', '.', '/b', '.']);
});

test('findProgram() gives the first executable file of a name', async (t) => {
  const folder = await makeFolder(t);
  const [one = '', two = '', three = ''] = ['1', '2', '3'].map((name) => path.join(folder, name));
  await Promise.all([one, two, three].map((each) => mkdir(each)));
  await writeFile(path.join(one, 'cc'), '', { mode: 0o644 });
  await mkdir(path.join(two, 'cc'));
  await writeFile(path.join(three, 'cc'), '', { mode: 0o755 });
  t.is(findProgram('cc', ['/no/such/folder', one, two, three]), path.join(three, 'cc'));
  t.is(findProgram('cc', [one, two]), undefined);
  t.false(isExecutable(two));
});

test('isMasquerade() knows links to any distcc, and nothing else', async (t) => {
  const folder = await makeFolder(t);
  const link = async (name: string, target: string): Promise<string> => {
    const file = path.join(folder, name);
    await symlink(target, file);
    return file;
  };
  t.true(isMasquerade(await link('gcc', '/usr/bin/distcc')));
  t.true(isMasquerade(await link('cc', 'gcc')));
  t.true(isMasquerade(await link('g++', programFile('distcc'))));
  t.true(isMasquerade(await link('c++', '/usr/bin/lsdistcc')));
  t.false(isMasquerade(await link('clang', '/usr/bin/true')));
  t.false(isMasquerade(await link('gone', '/no/such/file')));
});

test('makeTempFolder() makes a private folder and removes it with what is in it', async (t) => {
  const folder = makeTempFolder('lsdistcc-test-');
  t.is(statSync(folder.path).mode & 0o777, 0o700);
  await writeFile(path.join(folder.path, 'file'), 'text');
  await folder.remove();
  t.false(existsSync(folder.path));
  await folder.remove();
});

test('makeTempFolder() leaves nothing when its process ends, however it ends', async (t) => {
  const face = new URL('../../src/process/index.js', import.meta.url);
  for (const end of ['', 'throw new Error("bug")', 'process.exit(3)']) {
    const program = `import { makeTempFolder } from '${face.href}';
      makeTempFolder('left_'); makeTempFolder('left_'); ${end}`;
    const result = await run(t, [process.execPath, '--input-type=module', '-e', program]);
    t.deepEqual(result.leftovers, [], end);
  }
});

test('makeTempFolder() says where it could not', (t) => {
  const error = t.throws(() => makeTempFolder('no-such-folder/x'), { instanceOf: IoError });
  t.regex(error.message, /^Cannot make a temporary folder ".*no-such-folder\/xXXXXXX": ENOENT$/);
});

test('distccFolder() takes an empty variable for none', (t) => {
  const home = path.join(os.userInfo().homedir, '.distcc');
  t.is(distccFolder({ DISTCC_DIR: '/d', HOME: '/h' }), '/d');
  t.is(distccFolder({ DISTCC_DIR: '', HOME: '/h' }), '/h/.distcc');
  for (const env of [{}, { HOME: '' }, { DISTCC_DIR: '', HOME: '' }]) t.is(distccFolder(env), home);
});

test('distccFolder() of a user without a home is below the root', async (t) => {
  const face = new URL('../../src/process/index.js', import.meta.url);
  const program = `import { distccFolder } from '${face.href}';
    process.setuid?.(54321);
    console.log(distccFolder({}));`;
  if (process.getuid?.() !== 0) return void t.pass('only root can become nobody');
  const { stdout } = await run(t, [process.execPath, '--input-type=module', '-e', program]);
  t.is(stdout, '/.distcc\n');
});
