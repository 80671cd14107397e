import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { discoverPattern } from '../../src/discovery/index.ts';
import { ArgumentError, IoError } from '../../src/errors/index.ts';
import { collect, makeOptions } from './collect.ts';
import { discover, namesTo } from './discover-fake.ts';
import { addressOf, farm, found, makeFakeResolver, missing, numberOf } from './fake-resolver.ts';

test('discoverPattern() ends with an error when the first 16 names have no answer', async (t) => {
  const { done } = discover(() => ({ resolution: { kind: 'dns-timeout' } }));
  const { names, error } = await done;
  t.deepEqual(names, namesTo(16));
  t.true(error instanceof IoError);
  const wanted =
    'Cannot look up the names of h%d: 16 in a row without an answer (the DNS server is silent)';
  t.is(error instanceof Error && error.message, wanted);
});

test('discoverPattern() ends with an error when 64 names in a row fail later on', async (t) => {
  const resolution = { kind: 'dns-failed', reason: 'SERVFAIL from x' } as const;
  const { done } = discover((name) => (numberOf(name) > 20 ? { resolution } : farm(20)(name)));
  const { names, error } = await done;
  t.deepEqual(names, namesTo(84));
  const wanted = 'Cannot look up the names of h%d: 64 in a row without an answer (SERVFAIL from x)';
  t.is(error instanceof Error && error.message, wanted);
});

test('discoverPattern() ends with a warning in a zone with a wildcard', async (t) => {
  const { warnings, done } = discover((name) =>
    found(numberOf(name) <= 3 ? addressOf(numberOf(name)) : '127.9.9.9'),
  );
  const { names } = await done;
  t.is(names.length, 4 + 64);
  t.deepEqual(warnings, [
    {
      source: 'pattern',
      sourceText: 'h%d',
      message:
        'The pattern h%d ends at h68: 64 names in a row lead to no new address, as a wildcard does',
      endsSource: false,
    },
  ]);
});

test('discoverPattern() refuses a word that is no pattern', async (t) => {
  const { error } = await collect(
    discoverPattern('red', makeOptions({ resolver: makeFakeResolver(farm(1)) })),
  );
  t.true(error instanceof ArgumentError);
});

test('discoverPattern() ends with the reason of its signal', async (t) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const resolver = makeFakeResolver(() => found('127.0.0.1', 60_000));
  const done = collect(
    discoverPattern('h%d', makeOptions({ resolver, signal: controller.signal })),
  );
  setTimeout(() => {
    controller.abort(reason);
  }, 20);
  t.is((await done).error, reason);
  await setImmediate();
  t.is(resolver.abortedCount, 16);
});

test('discoverPattern() throws what the resolver throws', async (t) => {
  const reason = new IoError('The resolver has been closed');
  const resolver = { ...makeFakeResolver(() => missing), resolve: () => Promise.reject(reason) };
  t.is((await collect(discoverPattern('h%d', makeOptions({ resolver })))).error, reason);
});
