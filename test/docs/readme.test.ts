import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { programs } from '../../src/cli/docs/index.ts';
import { renderTable } from '../../src/cli/render-table.ts';
import { exitCodes } from '../../src/errors/index.ts';
import { runCli } from '../helpers/run.ts';
import { readDoc, sectionOf, tableOf } from './read-doc.ts';

const readme = readDoc('README.md');

for (const program of programs) {
  const { name, usage, options, variables, exits } = program;
  const plain = (text: string): string => text.replaceAll('`', '');

  test(`README.md has the usage and the tables of ${name} --help`, (t) => {
    const section = sectionOf(readme, `## ${name}`);
    t.true(section.includes(`\n${usage.map((words) => `${name} ${words}\n`).join('')}`));
    const flags = options.map(({ flags: term, help }) => ({ term, help }));
    for (const [column, rows] of [
      ['option', flags],
      ['variable', variables],
      ['exit', exits],
    ] as const) {
      t.deepEqual(
        tableOf(section, column),
        rows.map(({ term, help }) => [term, plain(help)]),
      );
    }
  });

  test(`${name} --help has every line of its tables`, async (t) => {
    const { stdout } = await runCli(t, name, ['--help']);
    const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    const flags = options.map(({ flags: term, help }) => ({ term, help }));
    for (const { term, help } of [...flags, ...variables, ...exits]) {
      t.true(
        lines.some((line) => line[0] === term && line[1] === plain(help)),
        term,
      );
    }
  });
}

test('README.md has no exit code that the programs do not know', (t) => {
  const known = new Set<number>([...Object.values(exitCodes), 130, 143]);
  for (const program of ['lsdistcc', 'distcc', 'distccd']) {
    const rows = tableOf(sectionOf(readme, `## ${program}`), 'exit');
    const codes = rows.flatMap(([codesCell = '']) => codesCell.match(/\b1\d\d\b/g) ?? []);
    t.true(codes.length > 0);
    for (const code of codes.map(Number)) t.true(known.has(code) || code === 128, `${code}`);
  }
});

test('README.md begins with a table as lsdistcc prints it', (t) => {
  const columns = (line = ''): string[] => line.split(/ {2,}/);
  const [, , head, ...lines] = /```console\n([^`]*)\n```/.exec(readme)?.[0].split('\n') ?? [];
  t.deepEqual(columns(head), columns(renderTable([]).trimEnd()));
  t.true(lines.length > 3);
});

for (const page of ['README.md', 'docs/how-it-fits.md', 'docs/verdicts.md']) {
  test(`${page} links to what is there`, (t) => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const links = [...readDoc(page).matchAll(/\]\(([^):#]+)\)/g)].map(([, link = '']) => link);
    const missing = links.filter((link) => !existsSync(path.join(root, path.dirname(page), link)));
    t.deepEqual(missing, []);
  });
}

test('docs/how-it-fits.md names folders and files that are there', (t) => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const page = readDoc('docs/how-it-fits.md');
  const named = [
    ...page.matchAll(/`((?:src|test|probes|examples|vetting|probing|client|server)\/[\w./-]*)`/g),
  ];
  const places = named.map(([, name = '']) => name);
  const isThere = (name: string): boolean =>
    existsSync(path.join(root, name)) || existsSync(path.join(root, 'src', name));
  t.true(places.length > 20);
  t.deepEqual(
    places.filter((name) => !isThere(name)),
    [],
  );
});
