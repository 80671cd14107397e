import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { writeSources } from '../helpers/make-project.ts';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startServer } from '../server/start-server.ts';

/** Command lines that are compiled here, or that fail: distcc adds and takes away nothing. */
const commands = [
  'gcc',
  'gcc --version',
  'gcc -v',
  'gcc -dumpmachine',
  'gcc --bogus-option -c a.c',
  'gcc -print-search-dirs',
  'gcc -E a.c',
  'gcc -E a.c -o a.txt',
  'gcc -M a.c',
  'gcc -MM a.c -MF a.deps',
  'gcc main.c -o main',
  'gcc -c a.c b.c',
  'gcc -c a.c b.c -o both.o',
  'gcc -c no-such-file.c',
  'gcc -c bad.c',
  'gcc -c bad.c -o bad.o',
  'gcc -c cpp.c',
  'gcc -c header.c',
  'gcc -c warn.c -Werror',
  'gcc -c a.c -o no/such/folder/a.o',
  'gcc -c a.c -o deps',
  'gcc -o  -c a.c',
  'gcc -c a.c -o dangling.o',
  'gcc -S a.c -o link.s',
  'gcc -Wall -fdiagnostics-format=json -c warn.c',
  'gcc -c',
  'gcc -o',
  'gcc -c a.c -o',
  'gcc -c - -x c',
  'gcc -x c -c -',
  'gcc -c asm.s',
  'gcc -c pre.S -o pre.o',
  'gcc -x assembler-with-cpp -c asm.s',
  'gcc @words.rsp',
  'gcc @no-such.rsp',
  'gcc -march=native -c a.c',
  'gcc -save-temps -c a.c',
  'gcc -gsplit-dwarf -c a.c',
  'gcc -fstack-usage -c a.c',
  'gcc -fsyntax-only a.c',
  'gcc -flto -frandom-seed=1 -c a.c',
  'gcc --coverage -frandom-seed=1 -c a.c',
  'gcc -c a.h',
  'gcc -S a.c -o -',
  'g++ p.cc -c -o p.o -fno-such-flag',
  'gcc -c blob.c',
  'sh -c "exit",7',
  'false -c a.c',
];

/** Command lines that go to another machine: what they leave is the same too. */
const remoteCommands = [
  'gcc -c a.c',
  'gcc -O2 -c a.c -o out.o',
  'gcc -S a.c',
  'gcc -c -oa.o a.c',
  'gcc -DA=7 -include a.h -c b.c',
  'gcc -I. -c a.c -MD',
  'gcc -c a.c -MMD -MF deps/a.d -o deps/a.o',
  'gcc -c ready.i',
  'gcc -x c -c a.c',
  'gcc -g0 -pipe -fPIC -Wall -std=gnu99 -c a.c',
  'g++ -c p.cc',
  'cc -c b.c',
];

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Run a command in a fresh project of always the same path. */
async function tryCommand(
  t: ExecutionContext,
  folder: string,
  command: readonly string[],
  hosts: string,
): Promise<Ending> {
  const project = path.join(folder, 'project');
  await rm(project, { recursive: true, force: true });
  await mkdir(path.join(project, 'deps'), { recursive: true });
  await writeSources(project);
  await symlink('no/such/folder/a.o', path.join(project, 'dangling.o'));
  await symlink('deps/target.s', path.join(project, 'link.s'));
  const env = { DISTCC_HOSTS: hosts };
  const stdin = 'int from_input;\n';
  const { code, stdout, stderr } = await run(t, command, { cwd: project, env, stdin });
  return { code, stdout: plain(stdout), stderr: plain(stderr), files: await readFiles(project) };
}

/** Names of temporary files differ from run to run. */
function plain(text: string): string {
  return text.replaceAll(/\/cc\w{6}(?=\.)/g, '/ccXXXXXX').replaceAll(/\S+\/tmp\//g, 'TMP/');
}

async function readFiles(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const isStamped = file.endsWith('.gch'); // with its time: two are never equal
    const bytes = isStamped ? '' : await readFile(file);
    files[path.relative(folder, file)] = createHash('sha256').update(bytes).digest('hex');
  }
  return files;
}

for (const command of [...commands, ...remoteCommands]) {
  const isRemote = remoteCommands.includes(command);
  test(`distcc ${command} gives what ${isRemote ? 'gcc' : 'the program'} gives`, async (t) => {
    const words = command.split(' ');
    const server = await startServer(t);
    const folder = await makeFolder(t);
    const plainly = await tryCommand(t, folder, words, '');
    const distcc = [...commandOf('distcc'), ...words];
    const ending = await tryCommand(t, folder, distcc, `127.0.0.1:${server.port}`);
    t.deepEqual(ending, plainly);
    if (isRemote) t.is(server.lines.length, 1, 'another machine compiled it');
  });
}
