import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { CompilerMissingError } from '../../src/errors/index.ts';
import { findCompilers, logLevels, makeLog } from '../../src/server/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { fixture } from '../helpers/paths.ts';

const compilerNames = [
  ...['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++', 'gcc-12', 'g++-12.2', 'clang-15'],
  ...[
    'x86_64-linux-gnu-gcc',
    'x86_64-linux-gnu-g++-12',
    'arm-none-eabi-gcc',
    'i686-w64-mingw32-cc',
  ],
];
const otherNames = [
  'gcc-ar',
  'gcc-nm-12',
  'gccgo',
  'clang-format',
  'as',
  'sh',
  'c99-gcc.old',
  'mycc',
];

/** A folder of executables; `g++` is a link to distcc. */
async function makePath(t: ExecutionContext): Promise<string> {
  const folder = await makeFolder(t);
  for (const name of [...compilerNames, ...otherNames]) {
    await writeFile(path.join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  }
  await mkdir(path.join(folder, 'gcc-99'));
  await writeFile(path.join(folder, 'gcc-98'), '', { mode: 0o644 });
  await symlink('/usr/bin/distcc', path.join(folder, 'gcc-97'));
  return folder;
}

test('findCompilers() finds compilers by their names and leaves out what is none', async (t) => {
  const folder = await makePath(t);
  const compilers = findCompilers({ folders: [folder], allowed: [], allowsAny: false });
  for (const name of compilerNames) {
    t.is(compilers.locate(name), path.join(folder, name), name);
    t.is(
      compilers.locate(`/usr/bin/${name}`),
      path.join(folder, name),
      'a path’s base name decides',
    );
  }
  for (const name of [...otherNames, 'gcc-99', 'gcc-98', 'gcc-97', '', '..', 'toString']) {
    t.is(compilers.locate(name), undefined, name);
  }
  t.true(compilerNames.every((name) => compilers.names.includes(name)));
});

test('findCompilers() takes the first of a PATH that is no masquerade', async (t) => {
  const [masks, real] = [await makeFolder(t), await makePath(t)];
  await symlink('/usr/bin/distcc', path.join(masks, 'gcc'));
  const folders = [masks, '/no/such/folder', real];
  const compilers = findCompilers({ folders, allowed: [], allowsAny: false });
  t.is(compilers.locate('gcc'), path.join(real, 'gcc'));
});

test('findCompilers() allows what it is told, by name or by path', async (t) => {
  const folder = await makePath(t);
  const allowed = ['sh', fixture('cc-slow')];
  const compilers = findCompilers({ folders: [folder], allowed, allowsAny: false });
  t.is(compilers.locate('sh'), path.join(folder, 'sh'));
  t.is(compilers.locate('cc-slow.sh'), fixture('cc-slow'));
  t.is(compilers.locate('as'), undefined);
});

test('findCompilers() refuses to allow what is not there', async (t) => {
  const folders = [await makePath(t)];
  for (const name of ['gcc-99', 'no-such', '/no/such/gcc', 'gcc-97']) {
    t.throws(() => findCompilers({ folders, allowed: [name], allowsAny: false }), {
      instanceOf: CompilerMissingError,
      message: `Cannot allow the compiler "${name}": no such program`,
    });
  }
});

test('findCompilers() of an insecure daemon locates anything, and gives up nothing early', async (t) => {
  const folder = await makePath(t);
  const compilers = findCompilers({ folders: [folder], allowed: [], allowsAny: true });
  t.is(compilers.locate('as'), path.join(folder, 'as'));
  t.is(compilers.locate('/bin/true'), '/bin/true');
  t.is(compilers.locate('/elsewhere/as'), path.join(folder, 'as'));
  t.is(compilers.locate('no-such'), 'no-such');
});

test('makeLog() writes the original’s line shapes, down to its level', (t) => {
  const lines: string[] = [];
  const log = makeLog((line) => lines.push(line), 'notice');
  for (const level of logLevels) log(level, level);
  const head = `distccd[${process.pid}]`;
  t.deepEqual(lines, [
    ...['emerg', 'alert', 'crit'].map((level) => `${head} CRITICAL! ${level}\n`),
    `${head} ERROR: error\n`,
    `${head} Warning: warning\n`,
    `${head} notice\n`,
  ]);
});
