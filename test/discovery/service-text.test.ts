import test from 'ava';
import { readServiceText } from '../../src/discovery/service-text.ts';

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
