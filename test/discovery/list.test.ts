import test from 'ava';
import { discoverList } from '../../src/discovery/index.ts';
import { collect, makeOptions } from './collect.ts';
import { farm, makeFakeResolver } from './fake-resolver.ts';

const resolver = makeFakeResolver(farm(0));
const plain = { compression: 'none', preprocessAt: 'client' };

test('discoverList() reads every form of an entry, and looks up nothing', async (t) => {
  const text = 'red blue:4200/3,lzo\n[::1]:3633,cpp,lzo # green\r\n127.0.0.1:3632,down';
  const { all } = await collect(discoverList(text, makeOptions({ resolver, port: 5000 })));
  const from = { source: 'list' } as const;
  t.deepEqual(all, [
    { ...from, name: 'red', port: 5000, sourceText: 'red', order: 0, spec: plain },
    {
      ...from,
      name: 'blue',
      port: 4200,
      sourceText: 'blue:4200/3,lzo',
      order: 1,
      spec: { limit: 3, compression: 'lzo', preprocessAt: 'client' },
    },
    {
      ...from,
      name: '::1',
      port: 3633,
      sourceText: '[::1]:3633,cpp,lzo',
      order: 2,
      spec: { compression: 'lzo', preprocessAt: 'server' },
    },
    {
      ...from,
      name: '127.0.0.1',
      port: 3632,
      sourceText: '127.0.0.1:3632,down',
      order: 3,
      spec: plain,
    },
  ]);
  t.deepEqual(resolver.asked, []);
});

test('discoverList() takes port 3632 as given only where it is written', async (t) => {
  const text = 'red red:3632 red:3632/2 red/2:3632 [fe80::3632] red/3632';
  const { all } = await collect(discoverList(text, makeOptions({ resolver, port: 5000 })));
  t.deepEqual(
    all.map(({ port }) => port),
    [5000, 3632, 3632, 3632, 5000, 5000],
  );
});

test('discoverList() reads hosts with ,tls, whose own port is another', async (t) => {
  const text = 'red,tls red:3632,tls red:3634,tls 10.0.0.7,tls=red';
  const ports = async (port?: number): Promise<number[]> => {
    const options = makeOptions({ resolver, ...(port !== undefined && { port }) });
    return (await collect(discoverList(text, options))).all.map((each) => each.port);
  };
  t.deepEqual(await ports(), [3634, 3632, 3634, 3634]);
  t.deepEqual(await ports(5000), [5000, 3632, 3634, 5000]);
  const { all } = await collect(discoverList(text, makeOptions({ resolver })));
  t.deepEqual(all.at(0)?.spec, { ...plain, isTls: true });
  t.deepEqual(all.at(3)?.spec, { ...plain, isTls: true, tlsName: 'red' });
});

test('discoverList() warns of what it cannot ask, and goes on', async (t) => {
  const options = makeOptions({ resolver });
  const text = '--randomize red:x red localhost/4 user@blue/3:/opt/d green';
  const { all, error } = await collect(discoverList(text, options));
  t.is(error, undefined);
  t.deepEqual(
    all.map(({ name, order, port }) => [name, order, port]),
    [
      ['red', 1, 3632],
      ['user@blue:/opt/d', 3, 0],
      ['green', 4, 3632],
    ],
  );
  t.deepEqual(
    options.warnings.map(({ sourceText, endsSource }) => [sourceText, endsSource]),
    [
      ['red:x', false],
      ['localhost/4', false],
    ],
  );
  t.true(options.warnings[0]?.message.includes('red:x'));
  t.deepEqual(
    options.warnings.slice(1).map(({ message }) => message),
    ['The host localhost/4 is left out: it compiles in place (its daemon is 127.0.0.1)'],
  );
});

test('discoverList() of nothing gives nothing', async (t) => {
  const { all, error } = await collect(discoverList(' # red\n', makeOptions({ resolver })));
  t.deepEqual([all, error], [[], undefined]);
});

test('discoverList() ends with the reason of its signal', async (t) => {
  const signal = AbortSignal.abort(new Error('enough'));
  const { all, error } = await collect(discoverList('red', makeOptions({ resolver, signal })));
  t.deepEqual(all, []);
  t.is(error, signal.reason);
});
