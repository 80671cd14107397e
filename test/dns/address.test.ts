import test from 'ava';
import { parseNameServer, sortAddresses } from '../../src/dns/address.ts';
import { ArgumentError } from '../../src/errors/index.ts';

const servers = [
  ['10.0.0.1', '10.0.0.1', 53],
  ['127.0.0.1:5353', '127.0.0.1', 5353],
  ['127.0.0.1:65535', '127.0.0.1', 65_535],
  ['::1', '::1', 53],
  ['[::1]', '::1', 53],
  ['[::1]:5353', '::1', 5353],
  ['[0:0:0:0:0:0:0:1]:53', '::1', 53],
  ['fe80::1%lo', 'fe80::1%lo', 53],
  ['[fe80::1%lo]:54', 'fe80::1%lo', 54],
  ['::ffff:127.0.0.1', '127.0.0.1', 53],
] as const;

for (const [text, address, port] of servers) {
  test(`parseNameServer() reads ${text}`, (t) => {
    t.deepEqual(parseNameServer(text), { address, port });
  });
}

const wrongServers = [
  '',
  'dns.example',
  '10.0.0.256',
  '10.0.0.1:',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  '10.0.0.1:x',
  '[10.0.0.1]:53',
  '[::1',
  '::1]',
  '[::1]53',
  '[]:53',
  '[:]',
  ' 10.0.0.1',
];

for (const text of wrongServers) {
  test(`parseNameServer() refuses "${text}"`, (t) => {
    const error = t.throws(() => parseNameServer(text), { instanceOf: ArgumentError });
    t.true(error.message.startsWith(`Cannot read the DNS server "${text}": want ADDRESS`));
  });
}

test('sortAddresses() puts IPv4 first, keeps the order otherwise and drops repeats', (t) => {
  const mixed = ['::2', '10.0.0.2', '::1', '10.0.0.1', '0::2', '10.0.0.2'];
  t.deepEqual(sortAddresses(mixed), ['10.0.0.2', '10.0.0.1', '::2', '::1']);
});
