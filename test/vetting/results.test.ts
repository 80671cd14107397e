import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { isSameNetwork } from '../../src/vetting/network.ts';
import { Results } from '../../src/vetting/results.ts';

async function collect<T>(items: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const some of items) all.push(...some);
  return all;
}

const ended = Promise.resolve();

test('Results gives results in the order in which they are ready, none or many of an item', async (t) => {
  const results = new Results<{ value: number }, { value: number }>(10, async ({ value }) => {
    await wait(value === 1 ? 300 : 0);
    return value === 2 ? [] : [{ value }, { value: -value }];
  });
  for (const value of [1, 2, 3]) results.add({ value });
  results.endAfter(ended);
  t.deepEqual(await collect(results), [{ value: 3 }, { value: -3 }, { value: 1 }, { value: -1 }]);
});

test('Results works on no more than its limit at once, and on all in the end', async (t) => {
  let running = 0;
  let most = 0;
  const results = new Results<{ value: number }, { value: number }>(7, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await wait(30);
    running -= 1;
    return [item];
  });
  const add = async (): Promise<void> => {
    for (let value = 1; value <= 40; value += 1) {
      if (value % 10 === 0) await wait(1);
      results.add({ value });
    }
  };
  results.endAfter(add());
  t.is((await collect(results)).length, 40);
  t.is(most, 7);
});

test('Results of nothing is empty, and ends when nothing more is added', async (t) => {
  const results = new Results(1, () => Promise.resolve([]));
  let isOver = false;
  const adding = wait(30).then(() => {
    isOver = true;
  });
  results.endAfter(adding);
  t.deepEqual(await collect(results), []);
  t.true(isOver);
});

test('Results keeps what is ready for a reader who is late', async (t) => {
  const results = new Results<object, object>(200, (item) => Promise.resolve([item]));
  for (let value = 1; value <= 200; value += 1) results.add({ value });
  results.endAfter(ended);
  const reading = results[Symbol.asyncIterator]();
  const { value: first } = (await reading.next()) as IteratorYieldResult<readonly object[]>;
  t.deepEqual(first[0], { value: 1 });
  await wait(50);
  const rest = await collect({ [Symbol.asyncIterator]: () => reading });
  t.is(first.length + rest.length, 200);
});

test('Results throws what work throws first, once the results before it are out', async (t) => {
  const bad = new Error('bad');
  const results = new Results<{ value: number }, object>(2, async (item) => {
    await wait(item.value * 20);
    if (item.value > 1) throw item.value === 2 ? bad : new Error('later');
    return [item];
  });
  for (const value of [1, 2, 3]) results.add({ value });
  results.endAfter(ended);
  const seen: object[] = [];
  const reading = async (): Promise<void> => {
    for await (const some of results) seen.push(...some);
  };
  t.is(await t.throwsAsync(reading), bad);
  t.deepEqual(seen, [{ value: 1 }]);
});

test('Results throws what those throw who add', async (t) => {
  const bad = new Error('bad');
  const results = new Results(2, () => Promise.resolve([]));
  results.endAfter(Promise.reject(bad));
  t.is(await t.throwsAsync(collect(results)), bad);
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
