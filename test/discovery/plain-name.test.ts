import test from 'ava';
import fc from 'fast-check';
import type { Answer as MdnsAnswer } from 'dns-packet';
import { isPlainName, quoteName } from '../../src/discovery/plain-name.ts';
import type { Answer } from '../../src/dns/index.ts';
import { collectAll, makeOptions } from './collect.ts';
import { makeFakeResolver, missing } from './fake-resolver.ts';
import { hostileNames } from './hostile-names.ts';
import { startResponder } from './start-responder.ts';

const plainNames = ['red', 'red.lab', 'Red-7.example.com.', 'my_host', '10.0.0.1', '::1', '7'];

test('isPlainName() takes names and addresses', (t) => {
  for (const name of [...plainNames, 'fe80::1%eth0', '::ffff:10.0.0.1', 'xn--rd-hka.lab']) {
    t.true(isPlainName(name), name);
  }
});

for (const name of [...hostileNames, '', '.', '::1%$(x)', '[::1]', 'röd.lab']) {
  test(`isPlainName() refuses ${quoteName(name).slice(0, 40)}`, (t) => {
    t.false(isPlainName(name));
  });
}

test('isPlainName() takes nothing that a shell or a terminal reads', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      return !isPlainName(name) || /^[\w.:%-]+$/.test(name);
    }),
  );
  t.pass();
});

test('quoteName() is printable ASCII, of a bounded length, whatever the name', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
      const quoted = quoteName(name);
      return /^[\x20-\x7e]*$/.test(quoted) && quoted.length < 253 * 10;
    }),
  );
  t.is(quoteName('a\u001B\u009B\n'), String.raw`"a\u001b\u{9b}\n"`);
});

/** A resolver whose SRV records name these hosts. */
function makeSrvResolver(targets: readonly string[]) {
  const records = targets.map((target) => ({
    name: '_distcc._tcp.lab',
    type: 'SRV',
    ttlSeconds: 60,
    data: { priority: 0, weight: 0, port: 3632, target },
  }));
  const answer = { kind: 'records', records, additionals: [] } as Answer<'SRV'>;
  const resolver = makeFakeResolver(() => missing);
  const query = (_name: string, type: string) =>
    Promise.resolve(type === 'SRV' ? answer : ({ kind: 'no-data' } as const));
  return Object.assign(resolver, { query }) as typeof resolver;
}

test('discoverAll() passes over the hostile targets of SRV records, with a warning for each', async (t) => {
  const resolver = makeSrvResolver([...hostileNames, 'good.lab']);
  const options = makeOptions({ resolver });
  const found = await collectAll([{ source: 'srv', word: '_distcc._tcp.lab' }], options);
  t.deepEqual(found.names, ['good.lab']);
  t.is(options.warnings.length, hostileNames.length);
  for (const { message, endsSource } of options.warnings) {
    t.regex(message, /^Cannot take the host "[\x20-\x7e]*" of _distcc\._tcp\.lab: [\x20-\x7e]+$/);
    t.false(endsSource);
  }
});

test('discoverAll() passes over the hostile targets of multicast DNS, with a warning for each', async (t) => {
  // These survive the codec as one label or more; others arrive as another name.
  const targets = ['a;rm -rf x', '$(touch x).local', 'new\nline.local', 'escape\u001B[31m.local'];
  const records = recordsOf([...targets, 'good.local']);
  const options = makeOptions({
    resolver: makeFakeResolver(() => missing),
    mdns: await startResponder(t, () => records),
  });
  const wanted = { source: 'mdns', word: '_distcc._tcp.local' } as const;
  t.deepEqual((await collectAll([wanted], options)).names, ['good.local']);
  t.is(options.warnings.length, targets.length);
  for (const { message } of options.warnings) t.regex(message, /^[\x20-\x7e]+$/);
});

/** The records of one service for each target. */
function recordsOf(targets: readonly string[]): MdnsAnswer[] {
  return targets.flatMap((target, index): MdnsAnswer[] => {
    const instance = `distcc@${index}._distcc._tcp.local`;
    return [
      { name: '_distcc._tcp.local', type: 'PTR', data: instance },
      { name: instance, type: 'SRV', data: { port: 3632, target } },
      { name: target, type: 'A', data: '127.0.0.1' },
    ];
  });
}

test('discoverAll() passes over the hostile names of a list', async (t) => {
  const options = makeOptions({ resolver: makeFakeResolver(() => missing) });
  const word = 'red $(touch${IFS}x) `id` a;b escape\u001B[31m blue';
  const { names } = await collectAll([{ source: 'list', word }], options);
  t.deepEqual(names, ['red', 'blue']);
  t.is(options.warnings.length, 4);
});
