import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { distccdProgram } from '../../src/cli/distccd-options.ts';
import { lsdistccProgram } from '../../src/cli/lsdistcc-program.ts';
import { renderTable } from '../../src/cli/render-table.ts';
import { exitCodes } from '../../src/errors/index.ts';
import { runCli } from '../helpers/run.ts';
import { readDoc, sectionOf, tableOf } from './read-doc.ts';

const readme = readDoc('README.md');

for (const program of [lsdistccProgram, distccdProgram]) {
  test(`README.md has the usage and the options of ${program.name} --help`, (t) => {
    const section = sectionOf(readme, `## ${program.name}`);
    t.true(section.includes(`\n${program.name} ${program.usage}\n`));
    t.deepEqual(
      tableOf(section, 'option'),
      program.options.map(({ flags, help }) => [flags, help]),
    );
  });
}

test('README.md has the usage and the variables of distcc --help', async (t) => {
  const help = (await runCli(t, 'distcc', ['--help'])).stdout;
  const section = sectionOf(readme, '## distcc');
  const blockOf = (title: string): string[] => {
    const [, block = ''] = new RegExp(`^${title}:\\n((?:  .*\\n)+)`, 'm').exec(help) ?? [];
    return block.trimEnd().split('\n');
  };
  const usage = blockOf('Usage').map((line) => line.slice(2));
  t.true(section.includes(`\n${usage.join('\n')}\n`));
  const variables = blockOf('Environment').map((line) => line.trim().split(/ {2,}/));
  t.deepEqual(tableOf(section, 'variable'), variables);
});

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
