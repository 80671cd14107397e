import test from 'ava';
import { discoverAll } from '../../src/discovery/index.ts';
import { collectAll, makeOptions } from './collect.ts';
import { farm, found, makeFakeResolver } from './fake-resolver.ts';

test('discoverAll() gives the candidates of every word, each with its source', async (t) => {
  const resolver = makeFakeResolver(farm(2));
  const wanted = [
    { source: 'pattern', word: 'h%d' },
    { source: 'list', word: 'red' },
    { source: 'list', word: 'h1' },
  ] as const;
  const { all } = await collectAll(wanted, makeOptions({ resolver }));
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
  const { all } = await collectAll([{ source: 'list', word }], options);
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
  const controller = new AbortController();
  const options = makeOptions({ resolver, signal: controller.signal });
  const reason = new Error('enough');
  const done = discoverAll(wanted, options, ({ name }) => {
    t.is(name, 'red');
    controller.abort(reason); // ends it, though the slow ones never answer
  });
  t.is(await t.throwsAsync(done), reason);
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
  const { all, error } = await collectAll(wanted, options);
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
  const done = collectAll([{ source: 'pattern', word: 'h%d' }], options);
  setTimeout(() => {
    controller.abort(reason);
  }, 20);
  t.is((await done).error, reason);
  t.deepEqual(options.warnings, []);
});

test('discoverAll() of nothing ends at once', async (t) => {
  const resolver = makeFakeResolver(farm(0));
  t.deepEqual((await collectAll([], makeOptions({ resolver }))).all, []);
});
