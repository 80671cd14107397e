import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { run, runCli } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { compileHere, makePumpProject, sendPump, unfold } from '../server/pump-project.ts';
import { messagesOf } from '../server/start-server.ts';
import { runPump } from './run-pump.ts';

/** Like a small interpreter: a header of settings, one of types, and files that share both. */
const NAMES = ['lexer', 'parser', 'state', 'table', 'vm'];
const sourceOf = (name: string): string => `#include "config.h"
#include <types.h>
#include <assert.h>
#include <string.h>
static const char *file = __FILE__;
int ${name}(struct value *values, int count)
{
  int total = SEED;
  assert(count > 0);
  for (int i = 0; i < count; i++) total += weigh(&values[i]) + TWICE(i);
  return total + (int)strlen(file);
}
`;
const project: Record<string, string> = {
  ...Object.fromEntries(NAMES.map((name) => [`src/${name}.c`, sourceOf(name)])),
  'src/config.h': '#include "../limits/seed.h"\n#define TWICE(x) ((x) + (x))\n',
  'limits/seed.h': '#define SEED 5\n',
  'include/types.h': `struct value { int tag; double number; };
static inline int weigh(const struct value *v) { return v->tag * 3 + (int)v->number; }
`,
  'src/bad.c': '#include "config.h"\nint bad(void) { return SEEDS; }\n',
  Makefile: `all: ${NAMES.map((name) => `${name}.o`).join(' ')}
%.o: src/%.c
\t$(CC) $(CFLAGS) -MMD -MF $*.d -c $< -o $@
`,
};

async function makeProject(t: ExecutionContext): Promise<string> {
  const folder = await realpath(await makeFolder(t));
  for (const [name, text] of Object.entries(project)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

/** All that a build has made, by name. */
async function collectMade(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => /\.[do]$/.test(name)).sort();
  const read = async (name: string): Promise<[string, string]> => {
    const bytes = await readFile(path.join(folder, name));
    await rm(path.join(folder, name));
    return [name, bytes.toString('latin1')];
  };
  return Object.fromEntries(await Promise.all(names.map(read)));
}

for (const flags of ['-O2', '-O1 -g', '-g -gdwarf-4', '-g3']) {
  test(`make under the original’s pump and our distccd makes what it makes here, with ${flags}`, async (t) => {
    const daemon = await startOurDistccd(t);
    const folder = await makeProject(t);
    const settings = [`CFLAGS=${flags} -Iinclude`];
    t.is((await run(t, ['make', 'CC=gcc', ...settings], { cwd: folder })).code, 0);
    const local = await collectMade(folder);
    const result = await runPump(t, daemon.port, ['make', '-j2', 'CC=distcc gcc', ...settings], {
      cwd: folder,
    });
    t.is(result.code, 0, result.stderr);
    t.notRegex(result.stderr, /preprocessing locally/i, 'pump mode did not degrade');
    const remote = await collectMade(folder);
    t.deepEqual(Object.keys(remote), Object.keys(local));
    t.is(Object.keys(remote).length, 2 * NAMES.length);
    for (const [name, bytes] of Object.entries(local)) t.true(remote[name] === bytes, name);
    t.is((await daemon.readLog()).match(/exit code 0/g)?.length, NAMES.length);
    const left = await readdir(daemon.tmp, { recursive: true });
    t.deepEqual(
      left.filter((name) => name.includes('/')),
      [],
      'no job leaves a file',
    );
  });
}

test('the original’s pump with absolute paths makes the objects of local gcc with our distccd', async (t) => {
  const { port } = await startOurDistccd(t);
  const folder = await makeProject(t);
  for (const [index, flags] of ['-O2', '-g', '-g -gdwarf-4', '-fsanitize=undefined'].entries()) {
    const words = ['gcc', ...flags.split(' '), `-I${folder}/include`, '-c', `${folder}/src/vm.c`];
    const output = path.join(folder, `${index}.o`);
    await run(t, [...words, '-o', output], { cwd: folder });
    const local = await readFile(output);
    await rm(output);
    const result = await runPump(t, port, ['distcc', ...words, '-o', output], { cwd: folder });
    t.is(result.code, 0, result.stderr);
    t.notRegex(result.stderr, /preprocessing locally/i, 'pump mode did not degrade');
    t.true(local.equals(await readFile(output)), flags);
  }
});

test('the original’s pump shows a failure of our distccd in the client’s terms', async (t) => {
  const { port } = await startOurDistccd(t);
  const folder = await makeProject(t);
  const words = ['gcc', '-c', 'src/bad.c', '-o', 'bad.o'];
  const local = await run(t, words, { cwd: folder });
  const result = await runPump(t, port, ['distcc', ...words], { cwd: folder });
  t.is(result.code, 1);
  t.notRegex(result.stderr, /preprocessing locally/i, 'pump mode did not degrade');
  t.true(result.stderr.includes(local.stderr), result.stderr);
  t.deepEqual(await collectMade(folder), {});
});

test('the original distccd and ours make the same object of one request of protocol 3', async (t) => {
  const [theirs, ours] = [await startOriginalDistccd(t), await startOurDistccd(t)];
  const { path: cwd, entries } = await makePumpProject(t);
  const words = '-O2 -Iinc -iquote quoted -include forced.h -c src/main.c -o main.o';
  const job = { cwd, args: ['gcc', ...words.split(' ')], entries };
  const local = await compileHere(t, job);
  for (const daemon of [theirs, ours]) {
    const response = await sendPump(daemon.port, job);
    t.is(messagesOf(response), '');
    t.true(local.object.equals(response.object));
    t.is(unfold(response.dependencies), unfold(local.dependencies));
  }
});

for (const [title, start, program] of [
  ['our lsdistcc finds our distccd', startOurDistccd, 'ours'],
  ['our lsdistcc finds the original distccd', startOriginalDistccd, 'ours'],
  ['the original lsdistcc finds our distccd', startOurDistccd, 'original'],
] as const) {
  test(`${title} up, protocol 3`, async (t) => {
    const { port } = await start(t);
    const args = ['-t30', '-c9000', '-k9000', '-P3', '-pgcc', `-r${port}`, '127.0.0.1'];
    const result =
      program === 'ours'
        ? await runCli(t, 'lsdistcc', args)
        : await run(t, ['/usr/bin/lsdistcc', ...args]);
    t.is(result.stdout, `127.0.0.1:${port},lzo,cpp\n`, result.stderr);
    t.is(result.code, 0);
  });
}
