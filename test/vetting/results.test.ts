import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { isSameNetwork } from '../../src/vetting/network.ts';
import { Results } from '../../src/vetting/results.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('Results gives results in the order in which they are ready, none or many of a work', async (t) => {
  const results = new Results<{ value: number }>();
  const work = async (value: number) => {
    await wait(value === 1 ? 300 : 0);
    return value === 2 ? [] : [{ value }, { value: -value }];
  };
  for (const value of [1, 2, 3]) results.add(work(value));
  t.deepEqual(await collect(results), [{ value: 3 }, { value: -3 }, { value: 1 }, { value: -1 }]);
});

test('Results ends when the work that work has added is over', async (t) => {
  const results = new Results<{ value: number }>();
  const addMore = async (value: number): Promise<{ value: number }[]> => {
    await wait(1);
    if (value < 5) results.add(addMore(value + 1));
    return [{ value }];
  };
  results.add(addMore(1));
  const values = (await collect(results)).map(({ value }) => value);
  t.deepEqual(values, [1, 2, 3, 4, 5]);
});

test('Results of nothing is empty', async (t) => {
  t.deepEqual(await collect(new Results()), []);
});

test('Results keeps what is ready for a reader who is late', async (t) => {
  const results = new Results<{ value: number }>();
  for (let value = 1; value <= 200; value += 1) results.add(Promise.resolve([{ value }]));
  const reading = results[Symbol.asyncIterator]();
  t.deepEqual((await reading.next()).value, { value: 1 });
  await wait(50);
  t.is((await collect({ [Symbol.asyncIterator]: () => reading })).length, 199);
});

test('Results throws what a work throws first, once the results before it are out', async (t) => {
  const bad = new Error('bad');
  const results = new Results<{ value: number }>();
  results.add(Promise.resolve([{ value: 1 }]));
  results.add(wait(20).then(() => Promise.reject(bad)));
  results.add(wait(40).then(() => Promise.reject(new Error('later'))));
  const seen: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const { value } of results) seen.push(value);
  };
  t.is(await t.throwsAsync(reading), bad);
  t.deepEqual(seen, [1]);
});

for (const [left, right, bits, expected] of [
  ['10.1.2.3', '10.1.2.99', 24, true],
  ['10.1.2.3', '10.1.3.3', 24, false],
  ['10.1.2.3', '10.1.3.3', 23, true],
  ['10.1.2.3', '10.1.2.4', 32, false],
  ['10.1.2.3', '10.1.2.3', 128, true],
  ['fe80::1%eth0', 'fe80::2%eth1', 64, true],
  ['fd00::1', 'fd01::1', 16, false],
  ['fd00::1', '10.1.2.3', 1, false],
] as const) {
  test(`isSameNetwork() says ${expected} of ${left} and ${right} at ${bits} bits`, (t) => {
    t.is(isSameNetwork(left, right, bits), expected);
    t.is(isSameNetwork(right, left, bits), expected);
  });
}
