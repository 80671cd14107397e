import fs, { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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
    const savedAt = Date.now() / 1000 - 100 + index; // some file systems tell no milliseconds
    utimesSync(path.join(kept, made), savedAt, savedAt);
  }
  t.is(readdirSync(kept).length, 32);
  t.deepEqual(
    sources.map((each) => readLastGood(folder, each) !== undefined),
    sources.map((_, index) => index >= 8),
  );
});

test('saveLastGood() makes a list young again, in whatever order its rows came and however long the DNS took', async (t) => {
  const folder = await makeFolder(t);
  const sources = [{ source: 'list', word: 'red,blue' } as const];
  const blue: Row = { ...row, candidate: { ...row.candidate, name: 'blue', order: 1 } };
  const lime: Row = { ...row, candidate: { ...row.candidate, name: 'lime', source: 'pattern' } };
  saveLastGood(folder, sources, [row, blue, lime]);
  const [name = ''] = readdirSync(path.join(folder, 'last-good'));
  const file = path.join(folder, 'last-good', name);
  const { ino } = statSync(file);
  const longAgo = Date.now() / 1000 - 3600;
  utimesSync(file, longAgo, longAgo);
  saveLastGood(folder, sources, [
    lime,
    blue,
    { ...row, candidate: { ...row.candidate, dnsMs: 2 } },
  ]);
  t.is(statSync(file).ino, ino, 'the same file');
  const last = readLastGood(folder, sources);
  t.true(last !== undefined && last.savedAt > Date.now() - 60_000);
  t.deepEqual(
    last?.candidates.map((candidate) => candidate.name),
    ['lime', 'red', 'blue'],
  );
});

test('saveLastGood() writes a list that differs, readLastGood() leaves one that is too old', async (t) => {
  const folder = await makeFolder(t);
  const sources = [{ source: 'list', word: 'red' } as const];
  saveLastGood(folder, sources, [row]);
  saveLastGood(folder, sources, [{ ...row, address: '127.0.0.2' }]);
  t.deepEqual(readLastGood(folder, sources)?.candidates[0]?.resolution, {
    kind: 'addresses',
    addresses: ['127.0.0.2'],
  });
  const [name = ''] = readdirSync(path.join(folder, 'last-good'));
  const longAgo = Date.now() / 1000 - 31 * 86_400;
  utimesSync(path.join(folder, 'last-good', name), longAgo, longAgo);
  t.is(readLastGood(folder, sources), undefined);
});

test('saveLastGood() replaces a list whose age it may not set', async (t) => {
  const folder = await makeFolder(t);
  const sources = [{ source: 'list', word: 'red' } as const];
  saveLastGood(folder, sources, [row]);
  const [name = ''] = readdirSync(path.join(folder, 'last-good'));
  const file = path.join(folder, 'last-good', name);
  const { ino } = statSync(file);
  const utimes = fs.utimesSync;
  try {
    fs.utimesSync = () => {
      throw new Error('EPERM'); // the file is root's, from a run under sudo
    };
    saveLastGood(folder, sources, [row]);
  } finally {
    fs.utimesSync = utimes;
  }
  t.not(statSync(file).ino, ino);
});

test('readLastGood() takes a list with a host without addresses for a damaged one', async (t) => {
  const folder = await makeFolder(t);
  const question = [{ source: 'list', word: 'red' }];
  saveLastGood(folder, question, [row]);
  const [name = ''] = readdirSync(path.join(folder, 'last-good'));
  const file = path.join(folder, 'last-good', name);
  const text = readFileSync(file, 'utf8');
  t.true(text.includes('["127.0.0.1"]'));
  writeFileSync(file, text.replace('["127.0.0.1"]', '[]'));
  t.is(readLastGood(folder, question), undefined);
});
