import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { mapConcurrently } from '../../src/vetting/map-concurrently.ts';
import { isSameNetwork } from '../../src/vetting/network.ts';

async function* countTo(last: number): AsyncGenerator<number> {
  for (let value = 1; value <= last; value += 1) {
    await wait(0);
    yield value;
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('mapConcurrently() gives results in the order in which they are ready, none or many for an item', async (t) => {
  const work = async (value: number) => {
    await wait(value === 1 ? 300 : 0);
    return value === 2 ? [] : [{ value }, { value: -value }];
  };
  const results = await collect(mapConcurrently(countTo(3), 10, work));
  t.deepEqual(results, [{ value: 3 }, { value: -3 }, { value: 1 }, { value: -1 }]);
});

test('mapConcurrently() runs no more than its limit at once, and all in the end', async (t) => {
  let running = 0;
  let most = 0;
  const work = async (value: number) => {
    running += 1;
    most = Math.max(most, running);
    await wait(30);
    running -= 1;
    return [{ value }];
  };
  t.is((await collect(mapConcurrently(countTo(40), 7, work))).length, 40);
  t.is(most, 7);
});

test('mapConcurrently() keeps more results than a stream holds for a reader who is late', async (t) => {
  const results = mapConcurrently(countTo(200), 200, (value) => Promise.resolve([{ value }]));
  const first = await results.next();
  await wait(300);
  t.deepEqual(first.value, { value: 1 });
  t.is((await collect(results)).length, 199);
});

test('mapConcurrently() throws what the work throws, and what the items throw', async (t) => {
  const bad = new Error('bad');
  const work = (value: number) =>
    value === 2 ? Promise.reject(bad) : Promise.resolve([{ value }]);
  t.is(await t.throwsAsync(collect(mapConcurrently(countTo(3), 2, work))), bad);
  async function* broken(): AsyncGenerator<number> {
    yield* countTo(1);
    throw bad;
  }
  const fine = (value: number) => Promise.resolve([{ value }]);
  t.is(await t.throwsAsync(collect(mapConcurrently(broken(), 2, fine))), bad);
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
