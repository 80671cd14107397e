import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { answerWitness } from '../vetting/answer-witness.ts';

const compiles = answerWitness(['gcc']);
const patient = ['-t30', '-c9000', '-k20000', '--no-blacklist'];

/** One host that is good and one that is not. */
async function startFarm(t: ExecutionContext): Promise<string[]> {
  const { port } = await startFakeDistccd(t, compiles);
  return [`127.0.0.1:${port}`, `127.0.0.1:${await findFreePort()}`];
}

/** The words of a shell's line that runs lsdistcc. */
const lineOf = (...args: readonly string[]): string =>
  [...commandOf('lsdistcc'), ...patient, ...args].join(' ');

/** What a person sees who types a line at a terminal so wide. */
async function typeAt(
  t: ExecutionContext,
  columns: number,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = ['script', '-qec', `stty cols ${columns}; ${line}`, '/dev/null'];
  const { stdout } = await run(t, command, { env: { TERM: 'xterm', ...env } });
  return stdout.replaceAll('\r\n', '\n');
}

for (const columns of [40, 60, 200]) {
  test(`lsdistcc --format table has no line longer than a terminal of ${columns} columns`, async (t) => {
    const hosts = await startFarm(t);
    const seen = await typeAt(t, columns, `${lineOf('--format', 'table', ...hosts)} 2>/dev/null`);
    const lines = stripVTControlCharacters(seen).trimEnd().split('\n');
    t.is(lines.length, 3);
    t.regex(lines[0] ?? '', /^HOST +ADDRESS +VERDICT/);
    for (const line of lines) t.true(line.length <= columns, `${line.length}: ${line}`);
    t.is(
      columns < 200,
      lines.some((line) => line.length === columns),
      'it is cut where it must be',
    );
  });
}

for (const [title, line, env, isColored] of [
  ['on a terminal', [], {}, true],
  ['on a terminal with NO_COLOR', [], { NO_COLOR: '1' }, false],
  ['on a terminal with an empty NO_COLOR', [], { NO_COLOR: '' }, true],
  ['on a dumb terminal', [], { TERM: 'dumb' }, false],
  ['with --color never', ['--color', 'never'], {}, false],
  ['with --color always and NO_COLOR', ['--color', 'always'], { NO_COLOR: '1' }, true],
] as const) {
  test(`lsdistcc --format table is ${isColored ? 'coloured' : 'plain'} ${title}`, async (t) => {
    const hosts = await startFarm(t);
    const words = lineOf('--format', 'table', ...line, ...hosts);
    const seen = await typeAt(t, 200, `${words} 2>/dev/null`, env);
    const [green, red] = isColored
      ? ['\u001B[32mup\u001B[39m', '\u001B[31mrefused\u001B[39m']
      : ['up', 'refused'];
    t.true(seen.includes(` ${green} `), JSON.stringify(seen));
    t.true(seen.includes(` ${red} `), JSON.stringify(seen));
  });
}

test('lsdistcc --format table in a pipe is whole and plain, and coloured only when told so', async (t) => {
  const hosts = await startFarm(t);
  const inPipe = (...args: readonly string[]) =>
    run(t, ['sh', '-c', `${lineOf('--format', 'table', ...args, ...hosts)} | cat`]);
  const plain = await inPipe();
  t.false(plain.stdout.includes('\u001B'));
  t.true(plain.stdout.includes('ECONNREFUSED'), 'nothing is cut');
  t.is(plain.stderr, '');
  t.true((await inPipe('--color', 'always')).stdout.includes('\u001B[32mup'));
});

test('lsdistcc never wraps its progress line in a narrow terminal, and takes it away at last', async (t) => {
  const hosts = await startFarm(t);
  const seen = await typeAt(t, 20, `${lineOf(...hosts)} >/dev/null`);
  const shown = seen.split('\r\u001B[K');
  t.true(
    shown.some((each) => each.startsWith('asked ')),
    JSON.stringify(seen),
  );
  for (const each of shown) t.true(each.length < 20 && !each.includes('\n'), JSON.stringify(each));
  t.true(seen.endsWith('\r\u001B[K'));
});

for (const [what, word, wanted] of [
  ['a host', '', /^127\.0\.0\.1:\d+$/m],
  ['a warning', 'localhost/4', /^lsdistcc: The host localhost\/4 is left out/m],
] as const) {
  test(`lsdistcc never writes ${what} behind its progress line`, async (t) => {
    const hosts = await startFarm(t);
    const words = [...hosts, word];
    const seen = await typeAt(t, 80, lineOf('--sort', 'found', '-x', ...words));
    // What a terminal shows: a line that was cleared is gone.
    const shown = seen.split('\n').map((line) => line.split('\r\u001B[K').at(-1));
    t.regex(shown.join('\n'), wanted, JSON.stringify(seen));
    t.false(
      shown.some((line) => /asked/.test(line ?? '')),
      JSON.stringify(seen),
    );
  });
}

test('lsdistcc gives a pipe the bare list, also to a reader that leaves', async (t) => {
  const hosts = await startFarm(t);
  const piped = await run(t, ['sh', '-c', `${lineOf(...hosts)} | cat`]);
  t.deepEqual([piped.stdout, piped.stderr], [`${hosts[0] ?? ''}\n`, '']);
  const head = await run(t, ['sh', '-c', `${lineOf('-x', ...hosts)} | head -1`]);
  t.deepEqual([head.stdout, head.stderr, head.code], [`${hosts[0] ?? ''}\n`, '', 0]);
});

test('lsdistcc that reads its hosts from a pipe or a terminal ends at once when it is told to', async (t) => {
  const [program, ...args] = [...commandOf('lsdistcc'), '-'];
  const folder = await makeFolder(t);
  const child = spawn(program, args, {
    env: { ...process.env, DISTCC_DIR: folder },
    stdio: ['pipe', 'ignore', 'ignore'], // and nobody ends it
  });
  t.teardown(() => child.kill('SIGKILL'));
  // It is at work on its input when it has read some of it.
  await new Promise((resolve) => child.stdin.write('red\n'.repeat(100_000), resolve));
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'exit'), [130, null]);
});
