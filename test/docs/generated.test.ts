import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { programs, renderDocs } from '../../src/cli/docs/index.ts';
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
