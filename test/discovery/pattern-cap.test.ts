import test from 'ava';
import { discoverPattern } from '../../src/discovery/index.ts';
import { collect, makeOptions } from './collect.ts';
import { addressOf, found, makeFakeResolver, missing, numberOf } from './fake-resolver.ts';

test('discoverPattern() ends with a warning after 65,536 names', async (t) => {
  const resolver = {
    ...makeFakeResolver(() => missing),
    resolve: (name: string) => Promise.resolve(found(addressOf(numberOf(name))).resolution),
  };
  const options = makeOptions({ resolver });
  const { names } = await collect(discoverPattern('h%d', options));
  t.is(names.length, 65_536);
  t.deepEqual(
    options.warnings.map(({ message }) => message),
    ['The pattern h%d ends at h65536: it has 65536 names'],
  );
});
