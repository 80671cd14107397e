import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Blacklist } from '../../src/blacklist/blacklist.ts';

function makeFolder(t: ExecutionContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'blacklist-'));
  t.teardown(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test('Blacklist finds what failed, until its time is over', (t) => {
  let now = 1_000_000;
  const list = new Blacklist({ folder: makeFolder(t), now: () => now });
  list.recordFailure('10.0.0.1', 3632, 'stalled');
  t.is(list.find('10.0.0.1', 3632)?.reason, 'stalled');
  t.is(list.find('10.0.0.1', 3633), undefined);
  t.is(list.find('10.0.0.2', 3632), undefined);
  t.false(list.isHalfOpen('10.0.0.1', 3632));
  now += 60_000;
  t.is(list.find('10.0.0.1', 3632), undefined);
  t.true(list.isHalfOpen('10.0.0.1', 3632));
  t.deepEqual(list.list(), []);
});

test('Blacklist keeps one record for all forms of one address', (t) => {
  const folder = makeFolder(t);
  const list = new Blacklist({ folder });
  list.recordFailure('::ffff:10.0.0.1', 3632, 'stalled');
  list.recordFailure('10.0.0.1', 3632, 'stalled');
  list.recordFailure('0:0:0::1', 3632, 'stalled');
  list.recordFailure('::1', 3632, 'stalled');
  t.deepEqual(fs.readdirSync(path.join(folder, 'backoff')).sort(), [
    '10.0.0.1-3632.json',
    '::1-3632.json',
  ]);
});

test('Blacklist.recordSuccess() and forgive() clear one record, forgiveAll() every one', (t) => {
  const list = new Blacklist({ folder: makeFolder(t) });
  for (const last of [1, 2, 3, 4]) list.recordFailure(`10.0.0.${last}`, 3632, 'refused');
  list.recordSuccess('10.0.0.1', 3632);
  list.forgive('10.0.0.2', 3632);
  t.deepEqual(
    list.list().map(({ address }) => address),
    ['10.0.0.3', '10.0.0.4'],
  );
  list.forgiveAll();
  t.deepEqual(list.list(), []);
});

test('Blacklist.bench() blocks for a day, whatever the host does meanwhile', (t) => {
  let now = 1_000_000;
  for (const periodMs of [60_000, 0]) {
    const list = new Blacklist({ folder: makeFolder(t), periodMs, now: () => now });
    list.recordFailure('10.0.0.1', 3632, 'stalled');
    list.bench('::ffff:10.0.0.1', 3632, 'audit: it lied');
    list.recordSuccess('10.0.0.1', 3632);
    list.recordFailure('10.0.0.1', 3632, 'refused');
    now += 86_399_999;
    t.is(list.find('10.0.0.1', 3632)?.reason, 'audit: it lied');
    t.true(list.isBenched('10.0.0.1', 3632));
    t.deepEqual(
      list.all().map(({ isBlocked }) => isBlocked),
      [true],
    );
    now += 1;
    t.false(list.isBenched('10.0.0.1', 3632));
    t.true(list.isHalfOpen('10.0.0.1', 3632));
    list.recordSuccess('10.0.0.1', 3632);
    t.false(list.isHalfOpen('10.0.0.1', 3632));
  }
});

test('Blacklist.forgive() ends a bench, and a clock that was set back blocks nobody', (t) => {
  let now = 1_000_000_000;
  const list = new Blacklist({ folder: makeFolder(t), now: () => now });
  list.bench('10.0.0.1', 3632, 'audit: it lied');
  list.bench('10.0.0.2', 3632, 'audit: it lied');
  list.forgive('10.0.0.1', 3632);
  t.deepEqual(
    list.list().map(({ address }) => address),
    ['10.0.0.2'],
  );
  now -= 1000;
  t.deepEqual(list.list(), []);
});

test('Blacklist with a period of 0 blocks nobody, and heeds nothing that others counted', (t) => {
  const folder = makeFolder(t);
  new Blacklist({ folder }).recordFailure('10.0.0.2', 3632, 'refused');
  const list = new Blacklist({ folder, periodMs: 0 });
  list.recordFailure('10.0.0.1', 3632, 'refused');
  for (const address of ['10.0.0.1', '10.0.0.2']) {
    t.is(list.find(address, 3632), undefined);
    t.false(list.isHalfOpen(address, 3632));
  }
  t.deepEqual([list.list(), list.all()], [[], []]);
  t.is(new Blacklist({ folder }).list().length, 1);
  list.recordSuccess('10.0.0.2', 3632);
  t.is(new Blacklist({ folder }).list().length, 0);
});

test('Blacklist in a place that cannot be written blocks nobody and throws nothing', (t) => {
  const file = path.join(makeFolder(t), 'file');
  fs.writeFileSync(file, '');
  const list = new Blacklist({ folder: file });
  list.recordFailure('10.0.0.1', 3632, 'refused');
  list.recordSuccess('10.0.0.1', 3632);
  t.deepEqual(list.list(), []);
});

test('Blacklist that looks once knows what was there then, and what it wrote itself', (t) => {
  const folder = makeFolder(t);
  const other = new Blacklist({ folder });
  other.recordFailure('10.0.0.1', 3632, 'stalled');
  const list = new Blacklist({ folder, looksOnce: true });
  t.is(list.find('::ffff:10.0.0.1', 3632)?.reason, 'stalled');
  other.recordFailure('10.0.0.2', 3632, 'stalled');
  t.is(list.find('10.0.0.2', 3632), undefined);
  list.recordFailure('10.0.0.3', 3632, 'refused');
  t.is(list.find('10.0.0.3', 3632)?.reason, 'refused');
  other.forgive('10.0.0.1', 3632);
  t.is(list.find('10.0.0.1', 3632), undefined);
  list.recordSuccess('10.0.0.3', 3632);
  t.deepEqual(
    other.list().map(({ address }) => address),
    ['10.0.0.2'],
  );
});

test('Blacklist passes over a record that is damaged', (t) => {
  const folder = makeFolder(t);
  const list = new Blacklist({ folder });
  list.recordFailure('10.0.0.1', 3632, 'refused');
  fs.writeFileSync(path.join(folder, 'backoff', '10.0.0.1-3632.json'), '{"address":');
  t.is(list.find('10.0.0.1', 3632), undefined);
  t.deepEqual(list.list(), []);
});

test('Blacklist.recordFailure() clears what a killed writer left, and what nobody asks about any more', (t) => {
  const folder = makeFolder(t);
  new Blacklist({ folder }).recordFailure('10.0.0.1', 3632, 'refused');
  new Blacklist({ folder }).recordFailure('10.0.0.2', 3632, 'refused');
  const fileOf = (name: string): string => path.join(folder, 'backoff', name);
  const [forgotten, stale] = [fileOf('10.0.0.1-3632.json'), fileOf('10.0.0.1-3632.json.1.tmp')];
  fs.writeFileSync(stale, '{');
  for (const file of [forgotten, stale]) fs.utimesSync(file, 0, 0);
  new Blacklist({ folder }).recordFailure('10.0.0.3', 3632, 'refused');
  t.deepEqual(fs.readdirSync(path.join(folder, 'backoff')).sort(), [
    '10.0.0.2-3632.json',
    '10.0.0.3-3632.json',
  ]);
});

test('Blacklist.recordFailure() looks at the other records once, and not for each', (t) => {
  const folder = makeFolder(t);
  const list = new Blacklist({ folder });
  list.recordFailure('10.0.0.1', 3632, 'refused');
  const stale = path.join(folder, 'backoff', '10.0.0.1-3632.json.1.tmp');
  fs.writeFileSync(stale, '{');
  fs.utimesSync(stale, 0, 0);
  list.recordFailure('10.0.0.2', 3632, 'refused');
  t.true(fs.existsSync(stale));
});

const writer = `
import { Blacklist } from ${JSON.stringify(new URL('../../src/blacklist/blacklist.js', import.meta.url).href)};
const [folder, first, count] = process.argv.slice(1);
const list = new Blacklist({ folder });
for (let n = 0; n < Number(count); n += 1) {
  list.recordFailure('10.0.' + first + '.' + n, 3632, 'refused');
  list.recordFailure('10.1.0.1', 3632, 'refused');
}`;

function startWriter(folder: string, first: number, count: number) {
  const args = ['--input-type=module', '-e', writer, folder, String(first), String(count)];
  return spawn(process.execPath, args, { stdio: 'ignore' });
}

test('Blacklist loses no record of 50 processes at once', async (t) => {
  const folder = makeFolder(t);
  const writers = Array.from({ length: 50 }, (_, first) => startWriter(folder, first, 20));
  await Promise.all(writers.map((child) => once(child, 'exit')));
  const list = new Blacklist({ folder });
  t.is(list.list().length, 50 * 20 + 1);
  t.is(list.find('10.1.0.1', 3632)?.failures, 1);
  const files = fs.readdirSync(path.join(folder, 'backoff'));
  t.deepEqual(
    files.filter((file) => !file.endsWith('.json')),
    [],
  );
});

test('Blacklist stays readable when its writers are killed at any instant', async (t) => {
  const folder = makeFolder(t);
  for (let round = 0; round < 12; round += 1) {
    const child = startWriter(folder, round, 100_000);
    const exit = once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 60 + round * 7));
    child.kill('SIGKILL');
    await exit;
    const files = fs.existsSync(path.join(folder, 'backoff'))
      ? fs.readdirSync(path.join(folder, 'backoff')).filter((file) => file.endsWith('.json'))
      : [];
    t.is(new Blacklist({ folder }).list().length, files.length);
  }
});
