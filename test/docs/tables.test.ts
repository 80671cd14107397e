import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { ownOption } from '../../src/cli/distcc-own-options.ts';
import { distccProgram } from '../../src/cli/distcc-program.ts';
import { readSettings as readDaemonSettings } from '../../src/cli/distccd-options.ts';
import { distccdProgram } from '../../src/cli/distccd-program.ts';
import { programs } from '../../src/cli/docs/index.ts';
import { lsdistccProgram } from '../../src/cli/lsdistcc-program.ts';
import { readSettings } from '../../src/cli/lsdistcc-settings.ts';
import { readFlags } from '../../src/cli/program.ts';
import { programFile } from '../helpers/paths.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Every option with words to choose from. */
const choices = (options: typeof lsdistccProgram.options) =>
  options.flatMap((row) => {
    const { long = '' } = readFlags(row);
    return Array.isArray(row.value) ? [{ long, words: row.value as string[] }] : [];
  });

for (const { long, words } of choices(lsdistccProgram.options)) {
  test(`lsdistcc takes the words that its table has for ${long}, and no others`, (t) => {
    const read = (word: string) => readSettings(parseCommandLine(lsdistccProgram, [long, word]));
    for (const word of words) t.notThrows(() => read(word));
    const { message } = t.throws(() => read('no-such-word'));
    const [, wanted = ''] = message.split(': want ');
    const named = wanted.split(/, | or /).filter((word) => !/number/.test(word));
    t.deepEqual(named, long === '--protocol' ? [] : words);
  });
}

for (const { long, words } of choices(distccdProgram.options)) {
  test(`distccd takes the words that its table has for ${long}`, (t) => {
    for (const word of words) {
      const line = parseCommandLine(distccdProgram, ['--allow-private', long, word]);
      t.notThrows(() => readDaemonSettings(line));
    }
  });
}

for (const program of [lsdistccProgram, distccdProgram]) {
  const switches = program.options.filter((row) => readFlags(row).valueName === undefined);
  for (const { flags } of switches) {
    test(`${program.name} takes no value for ${flags}`, (t) => {
      for (const word of flags.split(', ')) {
        const line = parseCommandLine(program, [word, 'red', '--', word]);
        t.deepEqual(line.words, ['red', word]);
        t.is(line.has(flags.replace(/^.*--(no-)?/, '')), !word.startsWith('--no-'));
        t.true(line.isGiven(word));
      }
    });
  }
}

test('distcc takes the options that its table has', (t) => {
  for (const { flags } of distccProgram.options) {
    const [word = ''] = flags.split(' ');
    t.is(ownOption([word]), word as '-j');
  }
});

test('the tables name every variable of distcc that the sources read', (t) => {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'));
  const read = sources.flatMap((text) => text.match(/(?<=env\[')DISTCC\w+(?='\])/g) ?? []);
  const terms = programs.flatMap(({ variables }) => variables.map(({ term }) => term));
  const named = new Set(terms.map((term) => term.replace(/=.*/, '')));
  t.true(read.length > 5);
  t.deepEqual(
    read.filter((name) => !named.has(name)),
    [],
  );
});

test('distcc loads neither cac nor a table before it needs one', (t) => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (!path.isAbsolute(file)) return;
    const text = readFileSync(file, 'utf8');
    for (const [, from = ''] of text.matchAll(/^(?:im|ex)port\b[^;]*?from "(.+)";$/gm)) {
      visit(from.startsWith('.') ? path.resolve(path.dirname(file), from) : from);
    }
  };
  visit(programFile('distcc'));
  t.true(seen.size > 20);
  t.deepEqual(
    [...seen].filter((file) => /^cac$|distccd?-program\.js$|render-help/.test(file)),
    [],
  );
});
