import type { Answer } from 'dns-packet';
import test from 'ava';
import { ServiceCollector } from '../../src/discovery/mdns-services.ts';
import { discoverMdns } from '../../src/discovery/mdns.ts';
import { collect, makeOptions } from './collect.ts';
import { makeFakeResolver, missing } from './fake-resolver.ts';
import { startResponder } from './start-responder.ts';

const SERVICE = '_distcc._tcp.local';
const red = `distcc@red.${SERVICE}`;

const service: readonly Answer[] = [
  { name: SERVICE, type: 'PTR', data: red },
  { name: red, type: 'SRV', data: { port: 3632, target: 'red.local' } },
];
const linkLocal: Answer = { name: 'red.local', type: 'AAAA', data: 'fe80::1' };

const addressesOf = (collector: ServiceCollector, isLate: boolean): (readonly string[])[] =>
  [...collector.takeComplete(isLate)].map(({ addresses }) => addresses);

for (const [better, type] of [
  ['10.0.0.7', 'A'],
  ['fd00::7', 'AAAA'],
] as const) {
  test(`ServiceCollector.takeComplete() waits for ${better} when only a link-local address is known`, (t) => {
    const collector = new ServiceCollector(SERVICE);
    collector.add([...service, linkLocal], '%eth0');
    t.deepEqual(addressesOf(collector, false), []);
    t.deepEqual([...collector.missing()], [{ name: 'red.local', types: ['A', 'AAAA'] }]);
    collector.add([{ name: 'red.local', type, data: better }], '%eth0');
    t.deepEqual(addressesOf(collector, false).flat().sort(), [better, 'fe80::1%eth0'].sort());
    t.deepEqual(addressesOf(collector, true), [], 'each service is given once');
  });
}

test('ServiceCollector.takeComplete() gives a link-local address with its zone once it is late', (t) => {
  const collector = new ServiceCollector(SERVICE);
  collector.add([...service, linkLocal], '%eth0');
  t.deepEqual(addressesOf(collector, true), [['fe80::1%eth0']]);
});

test('ServiceCollector.takeComplete() never gives a service without an address', (t) => {
  const collector = new ServiceCollector(SERVICE);
  collector.add(service, '%eth0');
  t.deepEqual(addressesOf(collector, true), []);
});

for (const [title, more, addresses] of [
  ['asks for a better address than a link-local one', ['10.0.0.7'], ['10.0.0.7', 'fe80::1%lo']],
  ['makes do with a link-local address', [], ['fe80::1%lo']],
] as const) {
  test(`discoverMdns() ${title}`, async (t) => {
    const better = more.map((data) => ({ name: 'red.local', type: 'A', data }) as const);
    const mdns = await startResponder(t, (name) =>
      name === SERVICE ? [...service, linkLocal] : better,
    );
    const options = makeOptions({ resolver: makeFakeResolver(() => missing), mdns });
    const { all } = await collect(discoverMdns(SERVICE, options));
    t.deepEqual(
      all.map(({ resolution }) => resolution),
      [{ kind: 'addresses', addresses }],
    );
  });
}
