import test from 'ava';
import { discoverSrv } from '../../src/discovery/srv.ts';
import { IoError } from '../../src/errors/index.ts';
import { makeResolver } from '../dns/make-resolver.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import type { NameScript } from '../dns/start-dns-server.ts';
import { collect, makeOptions } from './collect.ts';
import type { ExecutionContext } from 'ava';

const NAME = '_distcc._tcp.lab';

async function discover(t: ExecutionContext, names: Record<string, NameScript>) {
  const server = await startDnsServer(t, { names });
  const options = makeOptions({ resolver: makeResolver(t, [server]) });
  return { server, ...(await collect(discoverSrv(NAME, options))) };
}

const service = (target: string, priority: number, weight: number, port = 3632) => ({
  target,
  priority,
  weight,
  port,
});

test('discoverSrv() orders hosts by priority, then by weight, then by name', async (t) => {
  const SRV = [
    service('spare.lab', 20, 9),
    service('h10.lab', 10, 1),
    service('h2.lab', 10, 1),
    service('big.lab', 10, 5, 4200),
  ];
  const { all, names } = await discover(t, { [NAME]: { SRV } });
  t.deepEqual(names, ['big.lab', 'h2.lab', 'h10.lab', 'spare.lab']);
  t.is(all[0]?.port, 4200);
  t.deepEqual(
    all.map(({ order }) => order),
    [0, 1, 2, 3],
  );
  t.is(all[0]?.source, 'srv');
  t.is(all[0]?.sourceText, NAME);
});

test('discoverSrv() reads the TXT record of the same name', async (t) => {
  const TXT = ['jobs=6', 'cc_machine=x86_64-linux-gnu', 'cc_version=12'];
  const { all } = await discover(t, { [NAME]: { SRV: [service('red.lab', 1, 1)], TXT } });
  t.is(all[0]?.spec?.limit, 6);
  t.deepEqual(all[0]?.toolchain, { machine: 'x86_64-linux-gnu', version: '12' });
});

test('discoverSrv() asks three times, not once a host, and leaves addresses to the resolver', async (t) => {
  const SRV = Array.from({ length: 5 }, (_, index) => service(`h${index}.lab`, 1, 1));
  const { server, all } = await discover(t, { [NAME]: { SRV } });
  t.is(all.length, 5);
  const [udp, tcp] = [`${NAME} SRV`, `${NAME} SRV`];
  t.deepEqual(server.questions.toSorted(), [udp, tcp, `${NAME} TXT`]);
});

test('discoverSrv() finds all hosts of a server that leaves most of them out over UDP', async (t) => {
  const SRV = Array.from({ length: 40 }, (_, index) => service(`host${index}.lab`, 1, 1));
  const { all } = await discover(t, { [NAME]: { SRV, udpLimit: 3 } });
  t.is(all.length, 40);
});

test('discoverSrv() finds 200 hosts, which need TCP', async (t) => {
  const SRV = Array.from({ length: 200 }, (_, index) => service(`host${index}.lab`, 1, 1));
  const { all } = await discover(t, { [NAME]: { SRV } });
  t.is(all.length, 200);
});

test('discoverSrv() takes a target of nothing for no host', async (t) => {
  const { all, error } = await discover(t, { [NAME]: { SRV: [service('', 0, 0)] } });
  t.deepEqual(all, []);
  t.is(error, undefined);
});

const failures = [
  ['there is no such name', {}],
  ['the name has no such record', { [NAME]: { TXT: ['jobs=1'] } }],
  ['SERVFAIL', { [NAME]: { rcode: 2 } }],
] as const;

for (const [reason, names] of failures) {
  test(`discoverSrv() throws when ${reason}`, async (t) => {
    const { all, error } = await discover(t, names);
    t.deepEqual(all, []);
    t.true(error instanceof IoError);
    t.true(String(error).includes(`Cannot find SRV records of "${NAME}": `), String(error));
    t.true(String(error).includes(reason), String(error));
  });
}
