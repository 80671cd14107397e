import test from 'ava';
import { discoverPattern } from '../../src/discovery/index.ts';
import { makeResolver } from '../dns/make-resolver.ts';
import { startSilentServer } from '../dns/silent-server.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { collect, makeOptions } from './collect.ts';
import { addressOf, numberOf } from './fake-resolver.ts';

function farmOf(count: number) {
  return (name: string) => {
    const number = numberOf(name.replace('.lab', ''));
    return number <= count ? { A: [addressOf(number)] } : undefined;
  };
}

for (const loss of [0, 0.05, 0.2]) {
  test(`discoverPattern() finds all 400 hosts with 2 ms of delay and ${loss} of the packets lost`, async (t) => {
    const server = await startDnsServer(t, { names: farmOf(400), loss, delayMs: 2, seed: 3 });
    const resolver = makeResolver(t, [server], { search: ['lab'] });
    const { all } = await collect(discoverPattern('mydistcc%d', makeOptions({ resolver })));
    const found = all.toSorted((one, other) => one.order - other.order).slice(0, 400);
    t.deepEqual(
      found.map(({ name, resolution }) => [name, resolution]),
      Array.from({ length: 400 }, (_, index) => [
        `mydistcc${index + 1}`,
        { kind: 'addresses', addresses: [addressOf(index + 1)] },
      ]),
    );
    t.is(all.length, 400);
  });
}

test('discoverPattern() ends with an error when the DNS server is dead', async (t) => {
  const resolver = makeResolver(t, [await startSilentServer(t)], { timeoutMs: 200 });
  const { all, error } = await collect(discoverPattern('mydistcc%d', makeOptions({ resolver })));
  t.deepEqual(new Set(all.map(({ resolution }) => resolution?.kind)), new Set(['dns-timeout']));
  t.is(all.length, 16);
  t.regex(String(error), /^IoError: Cannot look up the names of mydistcc%d: 16 in a row/);
});

test('discoverPattern() of addresses asks nobody and ends at the last one', async (t) => {
  const server = await startDnsServer(t, { names: {} });
  const resolver = makeResolver(t, [server]);
  const { names } = await collect(discoverPattern('127.0.0.%d', makeOptions({ resolver })));
  t.is(names.length, 255);
  t.is(names.at(-1), '127.0.0.255');
  t.deepEqual(server.questions, []);
});
