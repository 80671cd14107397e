import test from 'ava';
import { verdicts } from '../../src/probing/verdict.ts';
import { readDoc } from './read-doc.ts';

test('docs/verdicts.md has every verdict in the order of the code, each with its remedy', (t) => {
  const [, ...sections] = readDoc('docs/verdicts.md').split(/^## /m);
  const found = sections.map((section) => [
    /^`(.+)`\n/.exec(section)?.[1],
    /^Remedy: (.+)\.$/m.exec(section)?.[1],
  ]);
  const wanted = Object.entries(verdicts).map(([name, { remedy }]) => [name, remedy]);
  t.deepEqual(found, wanted);
});

test('docs/verdicts.md says of every verdict what it means', (t) => {
  const [, ...sections] = readDoc('docs/verdicts.md').split(/^## /m);
  for (const section of sections) t.regex(section, /\n\nMeans: \S/);
});
