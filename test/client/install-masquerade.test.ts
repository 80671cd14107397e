import { chmod, mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { installMasquerade } from '../../src/client/index.ts';
import { ArgumentError, IoError } from '../../src/errors/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { programFile } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startServer } from '../server/start-server.ts';

/** A folder with executables of these names. */
async function makeBin(t: ExecutionContext, names: readonly string[]): Promise<string> {
  const folder = await makeFolder(t);
  for (const name of names) {
    await writeFile(path.join(folder, name), '#!/bin/sh\n');
    await chmod(path.join(folder, name), 0o755);
  }
  return folder;
}

const compilers =
  `aarch64-linux-gnu-gcc-12 arm-none-eabi-g++ c++ cc clang clang++ clang++-14 clang-14
  g++ gcc gcc-12 gcc-4.8 x86_64-w64-mingw32-gcc`.split(/\s+/);
const others =
  `ccache clang-cl-14 clang-format clang-tidy distcc gcc-ar gcc-nm-12 gccgo c89-gcc c99-gcc
  x86_64-linux-gnu-gcc-ar-12 lto-dump cc1 make xgcc`.split(/\s+/);

test('installMasquerade() links each compiler of the PATH, and nothing else', async (t) => {
  const bin = await makeBin(t, [...compilers.slice(0, 5), ...others]);
  const more = await makeBin(t, compilers.slice(4));
  const links = path.join(await makeFolder(t), 'new/links');
  const searchPath = `${bin}:/no/such/folder:${more}`;
  t.deepEqual(installMasquerade(links, '/opt/distcc', searchPath), compilers);
  t.deepEqual((await readdir(links)).sort(), compilers);
  t.is(await readlink(path.join(links, 'gcc')), '/opt/distcc');
});

test('installMasquerade() renews links to distcc and leaves other files alone', async (t) => {
  const bin = await makeBin(t, ['cc', 'gcc', 'g++', 'distcc']);
  const links = await makeBin(t, ['cc']);
  await symlink(path.join(bin, 'distcc'), path.join(links, 'gcc'));
  await symlink('elsewhere', path.join(links, 'g++'));
  t.deepEqual(installMasquerade(links, '/opt/distcc', bin), ['gcc']);
  t.is(await readlink(path.join(links, 'gcc')), '/opt/distcc');
  t.is(await readlink(path.join(links, 'g++')), 'elsewhere');
});

test('installMasquerade() does not take links to distcc for compilers', async (t) => {
  const bin = await makeBin(t, ['distcc']);
  await symlink('distcc', path.join(bin, 'gcc'));
  t.throws(() => installMasquerade(path.join(bin, 'links'), '/opt/distcc', bin), {
    instanceOf: ArgumentError,
    message: 'Cannot install links: there is no compiler on the PATH',
  });
});

test('installMasquerade() says why a folder cannot be made', async (t) => {
  const bin = await makeBin(t, ['gcc']);
  const folder = path.join(bin, 'gcc', 'links');
  t.throws(() => installMasquerade(folder, '/opt/distcc', bin), {
    instanceOf: IoError,
    message: `Cannot make links in "${folder}": ENOTDIR`,
  });
});

test('every link that installMasquerade() makes compiles on a host', async (t) => {
  const server = await startServer(t);
  const folder = await makeFolder(t);
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  await chmod(programFile('distcc'), 0o755);
  await symlink(programFile('distcc'), path.join(bin, 'distcc'));
  const links = path.join(folder, 'links');
  const searchPath = process.env['PATH'] ?? '/usr/bin:/bin';
  const names = installMasquerade(links, path.join(bin, 'distcc'), searchPath);
  for (const name of ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++']) t.true(names.includes(name));
  const env = {
    PATH: `${links}:${searchPath}`,
    DISTCC_HOSTS: `127.0.0.1:${server.port}`,
    DISTCC_FALLBACK: '0',
    DISTCC_BROKER: '0',
  };
  await writeFile(path.join(folder, 'x.c'), 'int x;\n');
  for (const name of ['gcc', 'clang++', path.join(links, 'cc')]) {
    const { code, stderr } = await run(t, [name, '-x', 'c', '-c', 'x.c'], { cwd: folder, env });
    t.deepEqual([code, stderr], [0, ''], name);
  }
  t.is(server.lines.length, 3);
});
