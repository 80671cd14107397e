import { readFile } from 'node:fs/promises';
import test from 'ava';
import { makeProgress } from '../../src/cli/progress.ts';
import { splitAttachedOptions } from '../../src/cli/split-attached-options.ts';
import { formatVersion, VERSION } from '../../src/cli/version.ts';

for (const [given, expected] of [
  ['-r3633 red', '-r 3633 red'],
  ['-pgcc-4.6', '-p gcc-4.6'],
  ['-r 3633', '-r 3633'],
  ['-lnx', '-lnx'],
  ['--port=7 -', '--port=7 -'],
  ['-p-9', '-p -9'],
  ['-- -r3633', '-- -r3633'],
  ['-r1 -- -r2', '-r 1 -- -r2'],
  ['r3633 red-r1', 'r3633 red-r1'],
] as const) {
  test(`splitAttachedOptions() makes "${expected}" of "${given}"`, (t) => {
    t.deepEqual(splitAttachedOptions(given.split(' '), 'rp'), expected.split(' '));
  });
}

test('VERSION is the version of package.json', async (t) => {
  const file = new URL('../../../package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  t.is(VERSION, version);
  t.true(formatVersion('distcc').startsWith(`distcc ${version} `));
});

/** A terminal that is so wide, and all that was written to it. */
function makeTerminal(isTTY: boolean, columns: number) {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { stream: { isTTY, columns, write } as unknown as NodeJS.WriteStream, written };
}

test('makeProgress() writes over its line, not too often, and takes it away', (t) => {
  let nowMs = 0;
  const { stream, written } = makeTerminal(true, 80);
  const progress = makeProgress(stream, () => nowMs);
  progress.update({ asked: 3, good: 1, bad: 0 });
  progress.update({ asked: 4, good: 1, bad: 1 });
  nowMs = 1000;
  progress.update({ asked: 5, good: 2, bad: 1 });
  progress.clear();
  const clear = '\r\u001B[K';
  t.deepEqual(written, [
    `${clear}asked 3, good 1, bad 0, waiting 2`,
    `${clear}asked 5, good 2, bad 1, waiting 2`,
    clear,
  ]);
});

for (const [columns, expected] of [
  [10, 'asked 3, '],
  [0, 'asked 3, good 1, bad 0, waiting 2'],
] as const) {
  test(`makeProgress() fits a terminal of ${columns} columns`, (t) => {
    const { stream, written } = makeTerminal(true, columns);
    makeProgress(stream, () => 0).update({ asked: 3, good: 1, bad: 0 });
    t.is(written.join(''), `\r\u001B[K${expected}`);
  });
}

test('makeProgress() writes nothing where no terminal is', (t) => {
  const { stream, written } = makeTerminal(false, 80);
  const progress = makeProgress(stream, () => 0);
  progress.update({ asked: 3, good: 1, bad: 0 });
  progress.clear();
  t.deepEqual(written, []);
});
