import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { discoverPattern } from '../../src/discovery/index.ts';
import type { Candidate } from '../../src/discovery/index.ts';
import { collect, makeOptions } from './collect.ts';
import { discover, namesTo } from './discover-fake.ts';
import { addressOf, farm, found, makeFakeResolver, missing, numberOf } from './fake-resolver.ts';

test('discoverPattern() gives name, port, order, addresses and time', async (t) => {
  const resolver = makeFakeResolver(farm(1));
  const { all } = await collect(discoverPattern('h%03d', makeOptions({ resolver, port: 4200 })));
  const [{ dnsMs = -1, ...candidate } = {}] = all;
  t.deepEqual(candidate, {
    name: 'h001',
    port: 4200,
    source: 'pattern',
    sourceText: 'h%03d',
    order: 0,
    resolution: { kind: 'addresses', addresses: ['127.0.0.1'] },
  });
  t.true(dnsMs >= 0);
  t.is(all.length, 1);
});

for (const count of [0, 1, 15, 16, 17, 400]) {
  test(`discoverPattern() finds ${count} hosts in order, and asks few names too many`, async (t) => {
    const { resolver, warnings, done } = discover(farm(count));
    const { names, error } = await done;
    t.deepEqual(names, namesTo(count));
    t.is(error, undefined);
    t.deepEqual(warnings, []);
    t.true(resolver.asked.length <= count + Math.max(16, Math.min(count, 100)));
  });
}

test('discoverPattern() asks 16 names ahead at first, more the longer answers take, and never more than 100', async (t) => {
  const few = discover(farm(3));
  await few.done;
  t.is(few.resolver.mostAtOnce, 16);
  const far = discover((name) => ({ ...farm(600)(name), afterMs: 20 }));
  await far.done;
  t.is(far.resolver.mostAtOnce, 100);
});

test('discoverPattern() starts where it is told', async (t) => {
  const { done } = discover(
    (name) => (numberOf(name) < 3 ? found(addressOf(numberOf(name))) : missing),
    {
      start: 0,
    },
  );
  t.deepEqual((await done).names, ['h0', 'h1', 'h2']);
});

for (const [gap, names] of [
  [0, ['h1', 'h2']],
  [1, ['h1', 'h2', 'h4']],
  [2, ['h1', 'h2', 'h4']],
  [3, ['h1', 'h2', 'h4', 'h7']],
] as const) {
  test(`discoverPattern() ends when more than ${gap} names are missing`, async (t) => {
    const there = new Set([1, 2, 4, 7, 30]);
    const { done } = discover(
      (name) => (there.has(numberOf(name)) ? found(addressOf(numberOf(name))) : missing),
      { gap },
    );
    t.deepEqual((await done).names, [...names]);
  });
}

for (const kind of ['dns-timeout', 'dns-failed'] as const) {
  test(`discoverPattern() takes ${kind} for a candidate, not for an end`, async (t) => {
    const resolution = kind === 'dns-timeout' ? { kind } : { kind, reason: 'SERVFAIL from x' };
    const { done } = discover((name) => {
      const number = numberOf(name);
      return number > 40 ? missing : number % 2 === 0 ? { resolution } : found(addressOf(number));
    });
    const { all, names } = await done;
    t.deepEqual(names, namesTo(40));
    t.deepEqual(all[1]?.resolution, resolution);
  });

  test(`discoverPattern() goes on when the first 15 names end as ${kind}`, async (t) => {
    const resolution = kind === 'dns-timeout' ? { kind } : { kind, reason: 'SERVFAIL from x' };
    const { done } = discover((name) => (numberOf(name) <= 15 ? { resolution } : farm(20)(name)));
    t.deepEqual((await done).names, namesTo(20));
  });
}

test('discoverPattern() holds back names for a short while only', async (t) => {
  const fake = makeFakeResolver((name) =>
    name === 'h3' ? found('127.0.0.3', 40) : farm(10)(name),
  );
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const options = makeOptions({
    resolver: {
      ...fake,
      resolve: async (name, wait) => {
        if (name === 'h5') await gate;
        return fake.resolve(name, wait);
      },
    },
  });
  const names: string[] = [];
  for await (const some of discoverPattern('h%d', options)) {
    names.push(...some.map(({ name }) => name));
    if (names.includes('h10')) open();
  }
  t.deepEqual(names, ['h1', 'h2', 'h3', 'h4', 'h6', 'h7', 'h8', 'h9', 'h10', 'h5']);
});

test('discoverPattern() gives the first name before the slow ones after it are known', async (t) => {
  const resolver = makeFakeResolver((name) =>
    name === 'h1' ? found('127.0.0.1') : { ...missing, afterMs: 60_000 },
  );
  const candidates = discoverPattern('h%d', makeOptions({ resolver }));
  const { value } = (await candidates.next()) as IteratorResult<readonly Candidate[], undefined>;
  t.deepEqual(
    value?.map(({ name }) => name),
    ['h1'],
  );
  await candidates.return(undefined);
  await setImmediate();
  t.is(resolver.abortedCount, resolver.asked.length - 1);
});

test('discoverPattern() leaves the questions beyond the end', async (t) => {
  const { resolver, done } = discover((name) =>
    numberOf(name) <= 4 ? farm(3)(name) : found('127.0.0.99', 60_000),
  );
  t.deepEqual((await done).names, namesTo(3));
  await setImmediate();
  t.is(resolver.abortedCount, resolver.asked.length - 4);
});

test('discoverPattern() agrees with counting one by one, whatever is missing', async (t) => {
  const fates = fc.array(fc.constantFrom('found', 'missing', 'timeout'), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.nat(5),
      fc.array(fc.nat(3), { minLength: 1 }),
      async (row, gap, delays) => {
        const { done } = discover(
          (name) => {
            const fate = row[numberOf(name) - 1] ?? 'missing';
            const afterMs = delays[numberOf(name) % delays.length] ?? 0;
            if (fate === 'found') return found(addressOf(numberOf(name)), afterMs);
            return fate === 'missing' ? missing : { resolution: { kind: 'dns-timeout' }, afterMs };
          },
          { gap },
        );
        const { names, error } = await done;
        t.deepEqual(
          error === undefined ? names : [],
          error === undefined ? oneByOne(row, gap) : [],
        );
      },
    ),
    { numRuns: 60 },
  );
});

function oneByOne(row: readonly string[], gap: number): string[] {
  const names: string[] = [];
  let missingCount = 0;
  for (let number = 1; missingCount <= gap; number++) {
    if ((row[number - 1] ?? 'missing') === 'missing') missingCount += 1;
    else names.push(`h${number}`);
  }
  return names;
}
