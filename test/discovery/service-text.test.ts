import test from 'ava';
import { describeService, readServiceText } from '../../src/discovery/service-text.ts';

test('readServiceText() reads what distccd writes', (t) => {
  const strings = ['txtvers=1', 'cpus=2', 'jobs=6', 'cc_version=12', 'cc_machine=x86_64-linux-gnu'];
  t.deepEqual(readServiceText(strings), {
    limit: 6,
    toolchain: { machine: 'x86_64-linux-gnu', version: '12' },
  });
});

const limits = [
  [['jobs=6'], 6],
  [['JOBS=6'], 6],
  [['jobs=6', 'jobs=7'], 6],
  [['jobs=0', 'cpus=4'], 6],
  [['jobs=-3', 'cpus=4'], 6],
  [['jobs=many', 'cpus=4'], 6],
  [['jobs=99999', 'cpus=4'], 6],
  [['jobs=1.5'], 3],
  [['cpus=8'], 10],
  [['cpus=x'], 3],
  [['jobs'], 3],
  [[], undefined],
  [['=', '', 'x'], undefined],
] as const;

for (const [strings, limit] of limits) {
  test(`readServiceText() takes ${JSON.stringify(strings)} for ${String(limit)} jobs`, (t) => {
    t.is(readServiceText(strings).limit, limit);
  });
}

test('readServiceText() gives a toolchain only when machine and version are there', (t) => {
  t.is(readServiceText(['cc_version=12']).toolchain, undefined);
  t.is(readServiceText(['cc_machine=arm-linux-gnueabi']).toolchain, undefined);
});

for (const [text, port] of [
  ['tls=3634', 3634],
  ['TLS=1', 1],
  ['tls=65536', undefined],
  ['tls=0', undefined],
  ['tls', undefined],
] as const) {
  test(`readServiceText() takes ${text} for port ${String(port)} of TLS`, (t) => {
    t.is(readServiceText([text]).tlsPort, port);
  });
}

test('describeService() says of a TLS service that its own port is the one', (t) => {
  const text = { limit: 6, tlsPort: 4000 };
  t.deepEqual(describeService('_distccs._tcp.lab', text), { spec: { limit: 6, isTls: true } });
  t.deepEqual(describeService('_distcc._tcp.lab', text), { spec: { limit: 6 }, tlsPort: 4000 });
  t.deepEqual(describeService('_distcc._tcp.lab', {}), {});
});
