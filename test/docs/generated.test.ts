import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { ownOption } from '../../src/cli/distcc-own-options.ts';
import { readSettings as readDaemonSettings } from '../../src/cli/distccd-options.ts';
import { programs, renderDocs } from '../../src/cli/docs/index.ts';
import { readSettings } from '../../src/cli/lsdistcc-settings.ts';
import { lsdistccProgram } from '../../src/cli/lsdistcc-program.ts';
import { readFlags } from '../../src/cli/program.ts';
import { distccProgram } from '../../src/cli/distcc-program.ts';
import { distccdProgram } from '../../src/cli/distccd-program.ts';
import { scriptOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { readDoc } from './read-doc.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const docs = renderDocs(readDoc('README.md'));

for (const [name, text] of docs) {
  test(`${name} is what "npm run docs" would write`, (t) => {
    t.is(readDoc(name), text);
  });
}

test('docs/man and docs/completions hold nothing else', (t) => {
  const files = ['docs/man', 'docs/completions'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((file) => `${folder}/${file}`),
  );
  t.deepEqual(files.sort(), [...docs.keys()].filter((name) => name !== 'README.md').sort());
});

test('renderDocs() refuses a README.md without a table', (t) => {
  const page = readDoc('README.md').replace('| exit | when |', '| code | when |');
  t.throws(() => renderDocs(page), { instanceOf: RangeError, message: /no table "exit"/ });
});

for (const program of programs) {
  const page = `docs/man/${program.name}.1`;
  const file = path.join(root, page);

  test(`${page} has no fault that mandoc or groff finds`, async (t) => {
    const lint = await run(t, ['mandoc', '-Tlint', file]);
    t.deepEqual([lint.stdout, lint.stderr, lint.code], ['', '', 0]);
    const groff = await run(t, ['groff', '-man', '-ww', '-Tascii', '-z', file]);
    t.deepEqual([groff.stderr, groff.code], ['', 0]);
  });

  test(`${page} shows every option, variable, exit code, file and example`, async (t) => {
    const { stdout } = await run(t, ['man', '-l', '-E', 'ascii', file], {
      env: { MANWIDTH: '200' },
    });
    const { options, variables, exits, files, examples } = program;
    const flags = options.map((row) => row.flags.replace(/[<>]/g, ''));
    const terms = [...variables, ...exits, ...files].map(({ term }) => term.replace('…', '...'));
    for (const text of [...flags, ...terms, ...examples]) t.true(stdout.includes(text), text);
  });
}

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

test('distcc takes the options that its table has', (t) => {
  for (const { flags } of distccProgram.options) t.is(ownOption([flags]), flags as '-j');
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
  visit(scriptOf('distcc'));
  t.true(seen.size > 20);
  t.deepEqual(
    [...seen].filter((file) => /^cac$|distccd?-program\.js$|render-help/.test(file)),
    [],
  );
});
