import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeProject } from '../helpers/make-project.ts';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startServer } from '../server/start-server.ts';

const distcc = commandOf('distcc').join(' ');

/** Run a line of a shell's, with the server as the only host. */
async function runLine(
  t: ExecutionContext,
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const server = await startServer(t);
  const hosts = { DISTCC_HOSTS: `127.0.0.1:${server.port}`, DISTCC_BROKER: '0' };
  const ending = await run(t, words, { cwd: folder, env: { ...hosts, TERM: 'xterm', ...env } });
  return { ...ending, isRemote: server.lines.length > 0 };
}

const atTerminal = (line: string): readonly string[] => [
  ...['script', '-qec', `stty cols 80; ${line}`, '/dev/null'],
];

const environments: readonly Readonly<Record<string, string>>[] = [
  {},
  { TERM: 'dumb' },
  { GCC_COLORS: '' },
  { GCC_COLORS: 'warning=01;32' },
  { NO_COLOR: '1' },
];

for (const compiler of ['gcc', 'clang']) {
  for (const env of environments) {
    const setting = JSON.stringify(env);
    test(`on a terminal, messages of a host's job look like those of ${compiler} with ${setting}`, async (t) => {
      const folder = await makeProject(t);
      for (const words of ['-Wall -c warn.c', '-Wall -fdiagnostics-color=never -c warn.c']) {
        const line = `${compiler} ${words}`;
        const plainly = await runLine(t, folder, atTerminal(line), env);
        const ending = await runLine(t, folder, atTerminal(`${distcc} ${line}`), env);
        t.is(ending.stdout, plainly.stdout);
        t.regex(plainly.stdout, /unused variable/);
        t.true(ending.isRemote);
      }
    });
  }
}

test('messages of parallel jobs do not mix, wherever a job ran', async (t) => {
  const folder = await makeProject(t);
  const line = 'gcc -Wall -c warn.c -o';
  const one = await runLine(t, folder, ['sh', '-c', `${line} one.o`]);
  const jobs = [1, 2, 3, 4, 5, 6].map((index) => `${distcc} ${line} ${index}.o &`);
  const here = ['7', '8'].map(
    (index) => `${distcc} gcc -mtune=native -Wall -c warn.c -o ${index}.o &`,
  );
  const all = await runLine(t, folder, ['sh', '-c', `${[...jobs, ...here].join('\n')}\nwait`]);
  t.is(all.stderr, one.stderr.repeat(8));
  t.true(all.isRemote);
});

test('with DISTCC_MESSAGES=host, messages are those of preprocessor and host', async (t) => {
  const folder = await makeProject(t);
  const words = [...commandOf('distcc'), 'gcc', '-Wall', '-c', 'warn.c'];
  const { stderr } = await runLine(t, folder, words, { DISTCC_MESSAGES: 'host' });
  t.regex(stderr, /^warn\.c:1:2: warning: #warning careful .*\n +1 \| #warning careful\n/);
  t.regex(stderr, /\nwarn\.c:2:19: warning: unused variable .*\n$/);
});

test('with DISTCC_FALLBACK=0, what the host said is shown when only a whole compilation would tell', async (t) => {
  const folder = await makeProject(t);
  const words = [...commandOf('distcc'), 'gcc', '-O2', '-Wall', '-c', 'late.c'];
  const source = path.join(folder, 'late.c');
  await run(t, ['sh', '-c', `echo 'int f(void) { int a[2] = {0}; return a[5]; }' >${source}`]);
  const ending = await runLine(t, folder, words, { DISTCC_FALLBACK: '0' });
  t.regex(
    ending.stderr,
    /^late\.c: In function .f.:\nlate\.c:1:\d+: warning: .*\[-Warray-bounds\]\n/,
  );
  t.notRegex(ending.stderr, /\|/);
  t.is(ending.code, 0);
  t.true((await readFile(path.join(folder, 'late.o'))).length > 0);
  t.regex((await runLine(t, folder, words)).stderr, /\n +\| +~\^~~\n/);
});
