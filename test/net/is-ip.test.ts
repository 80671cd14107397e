import net from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { isIP } from '../../src/net/index.ts';

for (const text of [
  ...['127.0.0.1', '0.0.0.0', '255.255.255.255', '1.2.3', '1.2.3.4.5', '01.2.3.4', '256.1.1.1'],
  ...['::', '::1', '1::', 'fe80::1%eth0', 'fe80::1%2', 'fe80::1%', '%eth0', '::1%a b', '::1%é'],
  ...['::ffff:1.2.3.4', '::ffff:1.2.3.256', '::1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '::01.2.3.4'],
  ...['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1::2::3'],
  ...[':::', ':', '1:', ':1', '12345::', '::12345', 'g::', '::\t1', '::1\n', ' ::1', '[::1]', ''],
  ...['::1]:80/[', '::1@x', 'a', 'mydistcc1', 'host:3632', '1.2.3.4:80', '::FFFF:0A00:1', '0::0'],
]) {
  test(`isIP() says of ${JSON.stringify(text)} what node:net says`, (t) => {
    t.is(isIP(text), net.isIP(text) as 0 | 4 | 6);
  });
}

test('isIP() says what node:net says of whatever is written with the characters of addresses', (t) => {
  const group = fc.stringMatching(/^[\da-fA-F]{0,5}$/);
  const text = fc.oneof(
    fc.array(group, { maxLength: 9 }).map((groups) => groups.join(':')),
    fc.stringMatching(/^[:.\da-f%x]{0,24}$/),
    fc.ipV6(),
    fc.tuple(fc.ipV6(), fc.string()).map(([address, zone]) => `${address}%${zone}`),
    fc.ipV4(),
  );
  fc.assert(
    fc.property(text, (one) => isIP(one) === net.isIP(one)),
    { numRuns: 20_000 },
  );
  t.pass();
});
