import test from 'ava';
import { maxOpenFiles } from '../../src/process/index.ts';
import { probesAtOnce } from '../../src/vetting/probes-at-once.ts';

for (const [soft, expected] of [
  ['unlimited', 256],
  ['1048576', 256],
  ['1024', 248],
  ['256', 56],
  ['64', 8],
  ['20', 2],
] as const) {
  test(`probesAtOnce() is ${expected} where ${soft} files may be open`, (t) => {
    const limits = `Limit  Soft Limit  Hard Limit  Units\nMax open files     ${soft}     1048576     files\n`;
    t.is(probesAtOnce(maxOpenFiles(limits)), expected);
  });
}

test('probesAtOnce() is 256 where the system does not say', (t) => {
  t.is(probesAtOnce(maxOpenFiles('')), 256);
});
