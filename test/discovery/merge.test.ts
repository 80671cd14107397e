import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { discoverAll } from '../../src/discovery/index.ts';
import type { Candidate } from '../../src/discovery/index.ts';
import { merge } from '../../src/discovery/merge.ts';
import { collect, makeOptions } from './collect.ts';
import { farm, found, makeFakeResolver } from './fake-resolver.ts';

test('discoverAll() gives the candidates of every word, each with its source', async (t) => {
  const resolver = makeFakeResolver(farm(2));
  const wanted = [
    { source: 'pattern', word: 'h%d' },
    { source: 'list', word: 'red' },
    { source: 'list', word: 'h1' },
  ] as const;
  const { all } = await collect(discoverAll(wanted, makeOptions({ resolver })));
  t.deepEqual(all.map(({ name, source, sourceText }) => `${name} ${source} ${sourceText}`).sort(), [
    'h1 list h1',
    'h1 pattern h%d',
    'h2 pattern h%d',
    'red list red',
  ]);
  t.is(all.length, 4);
});

test('discoverAll() asks the sources that a list names, and tells of those that make no sense', async (t) => {
  const resolver = makeFakeResolver(farm(2));
  const word = 'red +pattern:h%d --randomize +srv: # +pattern:no%d\n+nonsense blue';
  const options = makeOptions({ resolver });
  const { all } = await collect(discoverAll([{ source: 'list', word }], options));
  t.deepEqual(all.map(({ name, source, sourceText }) => `${name} ${source} ${sourceText}`).sort(), [
    'blue list blue',
    'h1 pattern h%d',
    'h2 pattern h%d',
    'red list red',
  ]);
  t.deepEqual(
    options.warnings.map(({ message }) => message),
    ['+srv:', '+nonsense'].map(
      (entry) =>
        `Cannot read "${entry}" of the host list: wanted +zeroconf, +pattern:NAME or +srv:NAME`,
    ),
  );
});

test('discoverAll() does not let a slow source hold back a quick one', async (t) => {
  const resolver = makeFakeResolver((name) =>
    found('127.0.0.1', name.startsWith('slow') ? 60_000 : 0),
  );
  const wanted = [
    { source: 'pattern', word: 'slow%d' },
    { source: 'list', word: 'red' },
  ] as const;
  const candidates = discoverAll(wanted, makeOptions({ resolver }));
  const { value } = (await candidates.next()) as IteratorResult<Candidate, undefined>;
  t.is(value?.name, 'red');
  await candidates.return(undefined); // ends, though the slow ones never answer
  t.is(resolver.abortedCount, 16);
});

test('discoverAll() makes a warning of a source that fails, and the others go on', async (t) => {
  const resolver = makeFakeResolver((name) =>
    name.startsWith('dead') ? { resolution: { kind: 'dns-timeout' } } : farm(40)(name),
  );
  const options = makeOptions({ resolver });
  const wanted = ['dead%d', 'no pattern', 'h%d'].map(
    (word) => ({ source: 'pattern', word }) as const,
  );
  const { all, error } = await collect(discoverAll(wanted, options));
  t.is(error, undefined);
  t.is(all.filter(({ sourceText }) => sourceText === 'h%d').length, 40);
  t.deepEqual(
    options.warnings.map(({ sourceText, endsSource }) => `${sourceText} ${endsSource}`).sort(),
    ['dead%d true', 'no pattern true'],
  );
  t.true(
    options.warnings.every(
      ({ cause, message }) => cause instanceof Error && cause.message === message,
    ),
  );
});

test('discoverAll() ends with the reason of its signal and without a warning', async (t) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const resolver = makeFakeResolver(() => found('127.0.0.1', 60_000));
  const options = makeOptions({ resolver, signal: controller.signal });
  const done = collect(discoverAll([{ source: 'pattern', word: 'h%d' }], options));
  setTimeout(() => {
    controller.abort(reason);
  }, 20);
  t.is((await done).error, reason);
  t.deepEqual(options.warnings, []);
});

test('discoverAll() of nothing ends at once', async (t) => {
  const resolver = makeFakeResolver(farm(0));
  t.deepEqual((await collect(discoverAll([], makeOptions({ resolver })))).all, []);
});

async function* numbers(values: readonly number[], gapMs: number): AsyncGenerator<number> {
  for (const value of values) {
    await sleep(gapMs);
    yield value;
  }
}

test('merge() keeps the order of each stream and loses nothing while the reader is slow', async (t) => {
  const streams = [
    numbers([1, 2, 3, 4], 1),
    numbers([11, 12, 13], 2),
    numbers([], 1),
    numbers([21], 20),
  ];
  const seen: number[] = [];
  for await (const value of merge(streams, () => undefined)) {
    seen.push(value);
    await sleep(3);
  }
  t.deepEqual(
    seen.toSorted((one, other) => one - other),
    [1, 2, 3, 4, 11, 12, 13, 21],
  );
  t.deepEqual(
    seen.filter((value) => value < 10),
    [1, 2, 3, 4],
  );
  t.deepEqual(
    seen.filter((value) => value > 10 && value < 20),
    [11, 12, 13],
  );
});

test('merge() throws what a stream throws, once the values before it are out', async (t) => {
  async function* broken(): AsyncGenerator<number> {
    yield* numbers([1, 2], 1);
    throw new Error('broken');
  }
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    for await (const value of merge([broken(), numbers([11], 30)], () => undefined))
      seen.push(value);
  };
  await t.throwsAsync(read, { message: 'broken' });
  t.deepEqual(
    seen.toSorted((one, other) => one - other),
    [1, 2, 11],
  );
});
