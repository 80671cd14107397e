import { readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { readLastGood, saveLastGood } from '../../src/vetting/last-good.ts';
import type { Row } from '../../src/vetting/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const row: Row = {
  candidate: { name: 'red', port: 3632, source: 'list', sourceText: 'red', order: 0 },
  verdict: 'up',
  address: '127.0.0.1',
  totalMs: 1,
};

test('saveLastGood() keeps the newest lists, however many there were', async (t) => {
  const folder = await makeFolder(t);
  const kept = path.join(folder, 'last-good');
  const sources = Array.from({ length: 40 }, (_, index) => [
    { source: 'list', word: `red${index}` } as const,
  ]);
  for (const [index, each] of sources.entries()) {
    const before = new Set(index === 0 ? [] : readdirSync(kept));
    saveLastGood(folder, each, [row]);
    const [made = ''] = readdirSync(kept).filter((name) => !before.has(name));
    utimesSync(path.join(kept, made), index, index); // some file systems tell no milliseconds
  }
  t.is(readdirSync(kept).length, 32);
  t.deepEqual(
    sources.map((each) => readLastGood(folder, each) !== undefined),
    sources.map((_, index) => index >= 8),
  );
});
