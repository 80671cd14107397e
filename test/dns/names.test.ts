import test from 'ava';
import { isHostName, resolveLocally, searchNames } from '../../src/dns/names.ts';

const lab = ['lab.example', 'corp.example'];

const searches = [
  ['red', 1, ['red.lab.example', 'red.corp.example', 'red']],
  ['red.', 1, ['red']],
  ['red.lab', 1, ['red.lab', 'red.lab.lab.example', 'red.lab.corp.example']],
  ['red.lab', 2, ['red.lab.lab.example', 'red.lab.corp.example', 'red.lab']],
  ['red', 0, ['red', 'red.lab.example', 'red.corp.example']],
] as const;

for (const [name, ndots, wanted] of searches) {
  test(`searchNames() of ${name} with ndots ${ndots}`, (t) => {
    t.deepEqual(searchNames(name, { search: lab, ndots }), [...wanted]);
  });
}

test('searchNames() without a search list, with the root as one, and with one that is too long', (t) => {
  t.deepEqual(searchNames('red', { search: [], ndots: 1 }), ['red']);
  t.deepEqual(searchNames('red', { search: [''], ndots: 1 }), ['red']);
  t.deepEqual(searchNames('red', { search: ['x.'.repeat(126) + 'x'], ndots: 1 }), ['red']);
});

const locals = [
  ['127.0.0.1', ['127.0.0.1']],
  ['::1', ['::1']],
  ['0:0::1', ['::1']],
  ['fe80::1%eth0', ['fe80::1%eth0']],
  ['localhost', ['127.0.0.1', '::1']],
  ['LocalHost.', ['127.0.0.1', '::1']],
  ['a.localhost', ['127.0.0.1', '::1']],
  ['Red', ['10.0.0.1']],
  ['red.', ['10.0.0.1']],
] as const;

for (const [name, addresses] of locals) {
  test(`resolveLocally() knows ${name}`, (t) => {
    const hosts = new Map([['red', ['10.0.0.1']]]);
    t.deepEqual(resolveLocally(name, hosts), { kind: 'addresses', addresses: [...addresses] });
  });
}

test('resolveLocally() lets hosts(5) have its own localhost', (t) => {
  const hosts = new Map([['localhost', ['127.0.0.1']]]);
  t.deepEqual(resolveLocally('localhost', hosts), { kind: 'addresses', addresses: ['127.0.0.1'] });
});

const impossible = ['127.0.0.256', '1.2.3.4444', '', '.', 'a..b', '.a', 'a b', 'ä.example'];

for (const name of [...impossible, 'x'.repeat(64), 'x.'.repeat(128)]) {
  test(`resolveLocally() says that "${name}" is no name`, (t) => {
    t.deepEqual(resolveLocally(name, new Map()), { kind: 'no-such-name' });
  });
}

test('resolveLocally() does not know other names', (t) => {
  for (const name of ['red', 'red.lab', '1.2.3', 'x'.repeat(63), '_distcc._tcp.lab', '10']) {
    t.is(resolveLocally(name, new Map()), undefined, name);
  }
});

test('isHostName() allows 253 characters and no more', (t) => {
  t.true(isHostName('x.'.repeat(126) + 'x'));
  t.false(isHostName('x.'.repeat(126) + 'xx'));
});
