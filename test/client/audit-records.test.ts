import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { keepEvidence, listDifferences } from '../../src/client/audit-records.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const evidence = {
  ...{ source: 'a.c', words: ['gcc', '-c', 'a.c'], text: bytes('int a;'), textExtension: '.i' },
  ...{ objectExtension: '.o', conclusion: 'they differ' },
  objects: [{ name: 'first', host: 'red', address: '10.0.0.7:3632', bytes: bytes('object') }],
};

test('keepEvidence() keeps the last twenty, and listDifferences() gives them in order', async (t) => {
  const folder = path.join(await makeFolder(t), 'state');
  for (let second = 0; second < 25; second += 1) {
    keepEvidence(folder, { ...evidence, source: `${second}.c` }, new Date(1000 * second));
  }
  const all = listDifferences(folder);
  t.deepEqual(
    all.map(({ source }) => source),
    Array.from({ length: 20 }, (_, index) => `${index + 5}.c`),
  );
  t.is(readdirSync(path.join(folder, 'audits')).length, 20);
  t.is(all[0]?.at, new Date(5000).toISOString());
});

test('keepEvidence() keeps no more than 64 MiB of a file', async (t) => {
  const folder = path.join(await makeFolder(t), 'state');
  const objects = [{ ...evidence.objects[0], bytes: new Uint8Array(65 * 2 ** 20) }] as never;
  const kept = keepEvidence(folder, { ...evidence, objects }, new Date());
  t.is(statSync(path.join(kept, 'first.o')).size, 64 * 2 ** 20);
});

test('listDifferences() passes over what is not whole, and needs no folder', async (t) => {
  const folder = await makeFolder(t);
  t.deepEqual(listDifferences(path.join(folder, 'none')), []);
  const kept = keepEvidence(folder, evidence, new Date());
  for (const [name, text] of [
    ['0', '{'],
    ['1', 'null'],
    ['2', '{"at":7}'],
  ] as const) {
    mkdirSync(path.join(folder, 'audits', name));
    writeFileSync(path.join(folder, 'audits', name, 'report.json'), text);
  }
  mkdirSync(path.join(folder, 'audits', '3'));
  t.deepEqual(
    listDifferences(folder).map((each) => each.kept),
    [kept],
  );
});
