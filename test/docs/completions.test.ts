import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { programs } from '../../src/cli/docs/index.ts';
import { readFlags } from '../../src/cli/program.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import { typeIntoShell } from './type-into-shell.ts';

const folder = fileURLToPath(new URL('../../../docs/completions', import.meta.url));
const names = programs.map(({ name }) => name);

/** As a person sets them up. */
const setups = {
  bash: names.map((name) => `. ${folder}/${name}.bash`).join('; '),
  zsh: `fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D`,
};

/** A compiler with one completion, told in each shell's own way. */
const compilers = {
  bash: '. /usr/share/bash-completion/bash_completion; complete -W apple-pie mycc',
  zsh: '_mycc() { compadd apple-pie }; compdef _mycc mycc',
};

/** Every option with words to choose from. */
const choices = programs.flatMap(({ name, options }) =>
  options.flatMap((row) => {
    const { long = '' } = readFlags(row);
    return Array.isArray(row.value) ? [{ name, long, words: row.value as string[] }] : [];
  }),
);

/** The fewest letters that mean this word and no other. */
function prefixOf(word: string, words: readonly string[]): string {
  const isUnique = (prefix: string): boolean =>
    words.filter((each) => each.startsWith(prefix)).length === 1;
  const prefixes = Array.from(word, (_, index) => word.slice(0, index + 1));
  return prefixes.find(isUnique) ?? word;
}

const typed = choices.flatMap(({ name, long, words }) =>
  words.flatMap((word) => {
    const prefix = prefixOf(word, words);
    return prefix === word ? [] : [{ line: `${name} ${long} ${prefix}\t`, long, word }];
  }),
);

for (const shell of ['bash', 'zsh'] as const) {
  test(`${shell} completes every value that is one of a few words`, async (t) => {
    const lines = typed.map(({ line }) => line);
    const answers = await typeIntoShell(t, shell, { setup: setups[shell], programs: names, lines });
    t.true(answers.length > 20);
    t.deepEqual(
      answers,
      typed.map(({ long, word }) => `<${long}><${word}>`),
    );
  });

  test(`${shell} completes options, values behind "=" and file names`, async (t) => {
    const cwd = await makeFolder(t);
    await writeFile(path.join(cwd, 'some hosts'), '');
    const setup = `${setups[shell]}; cd ${cwd}`;
    const lines = [
      'lsdistcc --match-l\t',
      'lsdistcc --sort=sou\t',
      'lsdistcc --hosts-file some\t',
      'lsdistcc --write some\t',
      'distccd --allow-p\t --log-file some\t',
    ];
    t.deepEqual(await typeIntoShell(t, shell, { setup, programs: names, lines }), [
      '<--match-local>',
      '<--sort=source>',
      '<--hosts-file><some hosts>',
      '<--write><some hosts>',
      '<--allow-private><--log-file><some hosts>',
    ]);
  });

  test(`${shell} completes distcc's own options first and then the compiler's`, async (t) => {
    const cwd = await makeFolder(t);
    await writeFile(path.join(cwd, 'main.c'), '');
    const setup = `${setups[shell]}; ${compilers[shell]}; cd ${cwd}`;
    const programNames = [...names, 'mycc'];
    const lines = ['distcc --sh\t', 'distcc myc\t app\t', 'distcc -c mai\t'];
    t.deepEqual(await typeIntoShell(t, shell, { setup, programs: programNames, lines }), [
      '<--show-hosts>',
      '<mycc><apple-pie>',
      '<-c><main.c>',
    ]);
  });
}

test('bash without bash-completion completes files behind a compiler', async (t) => {
  const cwd = await makeFolder(t);
  await writeFile(path.join(cwd, 'main.c'), '');
  const setup = `${setups.bash}; cd ${cwd}`;
  const lines = ['distcc gcc -c mai\t'];
  const answers = await typeIntoShell(t, 'bash', { setup, programs: names, lines });
  t.deepEqual(answers, ['<gcc><-c><main.c>']);
});

/** What fish offers for a line, without the descriptions. */
const fishScript = (line: string): string =>
  [
    ...names.map((name) => `source ${folder}/${name}.fish`),
    'complete -c mycc -f -a apple-pie',
    `complete --do-complete '${line}' | string split -f 1 \\t`,
  ].join('; ');

for (const { name, long, words } of choices) {
  test(`fish offers every value of ${name} ${long}`, async (t) => {
    const script = fishScript(`${name} ${long} `);
    const { stdout, stderr } = await run(t, ['fish', '--no-config', '-c', script]);
    t.is(stderr, '');
    t.deepEqual(stdout.trim().split('\n').sort(), [...words].sort());
  });
}

for (const [line, offered] of [
  ['lsdistcc --match-l', '--match-local'],
  ['distcc --sh', '--show-hosts'],
  ['distcc mycc app', 'apple-pie'],
  ['distccd --allow-p', '--allow-private'],
] as const) {
  test(`fish completes ${line}`, async (t) => {
    const { stdout } = await run(t, ['fish', '--no-config', '-c', fishScript(line)]);
    t.is(stdout, `${offered}\n`);
  });
}
