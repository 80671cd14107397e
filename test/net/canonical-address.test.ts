import test from 'ava';
import { canonicalAddress } from '../../src/net/index.ts';

test('canonicalAddress() gives one spelling to one address and keeps the zone', (t) => {
  t.is(canonicalAddress('FE80:0:0::0001%eth0'), 'fe80::1%eth0');
  t.is(canonicalAddress('2001:DB8:0:0:0:0:0:1'), '2001:db8::1');
  t.is(canonicalAddress('127.0.0.1'), '127.0.0.1');
  t.is(canonicalAddress('::FFFF:127.0.0.1'), '::ffff:127.0.0.1');
  t.is(canonicalAddress('::ffff:7f00:1'), '::ffff:127.0.0.1');
  t.is(canonicalAddress('red'), 'red');
});
