import test from 'ava';
import fc from 'fast-check';
import { ArgumentError } from '../../src/errors/index.ts';
import { parseAccessList, plainAddress, PRIVATE_NETWORKS } from '../../src/net/index.ts';

const table: readonly (readonly [string, string, boolean])[] = [
  ['192.168.1.7', '192.168.1.7', true],
  ['192.168.1.7', '192.168.1.8', false],
  ['192.168.0.0/16', '192.168.255.255', true],
  ['192.168.0.0/16', '192.169.0.0', false],
  ['192.168.1.99/24', '192.168.1.1', true],
  ['10.0.0.0/9', '10.127.0.1', true],
  ['10.0.0.0/9', '10.128.0.1', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', 'fd00::1', true],
  ['192.168.0.0/16', '::ffff:192.168.3.4', true],
  ['::ffff:10.0.0.1', '10.0.0.1', true],
  ['::ffff:10.0.0.0/104', '10.9.9.9', true],
  ['::ffff:10.0.0.0/104', '11.0.0.1', false],
  ['::ffff:10.0.0.0/104', '::1', false],
  ['::ffff:10.0.0.1/128', '10.0.0.2', false],
  ['::ffff:10.0.0.0/8', '10.9.9.9', true],
  ['::ffff:10.0.0.0/8', '::1', false],
  ['fe80::1%lo/100', 'fe81::1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['fd00::/8', 'fe80::1', false],
  ['::1', '::1', true],
  ['::1', '127.0.0.1', false],
  ['127.0.0.1', '', false],
  ['127.0.0.1', 'nonsense', false],
];

for (const [network, address, expected] of table) {
  test(`parseAccessList() of ${network} ${expected ? 'lets in' : 'keeps out'} "${address}"`, (t) => {
    t.is(parseAccessList([network]).allows(address), expected);
  });
}

test('parseAccessList() of nothing keeps everybody out', (t) => {
  t.false(parseAccessList([]).allows('127.0.0.1'));
});

test('parseAccessList() of the private networks lets in what is private and nothing else', (t) => {
  const list = parseAccessList(PRIVATE_NETWORKS);
  const inside = [
    '10.1.1.1',
    '172.31.0.1',
    '192.168.9.9',
    '127.0.0.1',
    '::1',
    'fe80::5',
    'fd00::1',
  ];
  const outside = ['172.32.0.1', '8.8.8.8', '11.0.0.1', '2001:db8::1', '::2'];
  t.deepEqual(
    inside.filter((address) => !list.allows(address)),
    [],
  );
  t.deepEqual(
    outside.filter((address) => list.allows(address)),
    [],
  );
});

for (const bad of [
  ...[
    '',
    'red',
    '10.0.0.0/33',
    '10.0.0.0/104',
    '::ffff:10.0.0.0/129',
    '::ffff:10.0.0.0/95',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '/8',
  ],
  ...['::/129', '10.0.0.0/8x', '10.0.0.0/1e1', ' 10.0.0.1', '*'],
]) {
  test(`parseAccessList() refuses "${bad}" and says what is wanted`, (t) => {
    const error = t.throws(() => parseAccessList([bad]), { instanceOf: ArgumentError });
    t.true(error.message.startsWith(`Cannot read the network "${bad}": want an address`));
  });
}

test('parseAccessList() agrees with arithmetic on any IPv4 network and address', (t) => {
  const address = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(address, address, fc.nat({ max: 32 }), (network, other, bits) => {
      const isSame = bits === 0 || network >>> (32 - bits) === other >>> (32 - bits);
      return parseAccessList([`${dotted(network)}/${bits}`]).allows(dotted(other)) === isSame;
    }),
  );
  t.pass();
});

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

test('plainAddress() drops a zone and unwraps IPv4-mapped forms', (t) => {
  t.is(plainAddress('fe80::1%eth0'), 'fe80::1');
  t.is(plainAddress('::ffff:10.1.2.3'), '10.1.2.3');
  t.is(plainAddress('::FFFF:10.1.2.3'), '10.1.2.3');
  t.is(plainAddress('10.1.2.3'), '10.1.2.3');
});
