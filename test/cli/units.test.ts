import { readFile } from 'node:fs/promises';
import test from 'ava';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { distccdProgram, readSettings } from '../../src/cli/distccd-options.ts';
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

test('parseCommandLine() takes the values of both names of an option, in order', (t) => {
  const read = (text: string) => parseCommandLine(distccdProgram, text.split(' '));
  t.deepEqual(read('-a 1::2 --allow 1::3 -a1::4').all('allow'), ['1::2', '1::3', '1::4']);
  t.is(read('--port 2 -p 3').text('port'), '3');
  t.is(read('-p3 --port=2').text('port'), '2');
  t.deepEqual(read('-W -- -p').words, ['-p']);
});

for (const value of ['08', '012', '1e3', '0x1F', '5.', '+7', 'true', 'a=b', 'a\nb']) {
  test(`parseCommandLine() leaves the value ${JSON.stringify(value)} as it is`, (t) => {
    for (const words of [['--log-file', value], [`--log-file=${value}`]]) {
      t.is(parseCommandLine(distccdProgram, words).text('log-file'), value, words.join(' '));
    }
    t.deepEqual(parseCommandLine(distccdProgram, [value, '--', value]).words, [value, value]);
  });
}

for (const text of ['--allow', '-a', '--allow 1::2 --allow', '-p1 -p', '--allow= 1::2']) {
  test(`parseCommandLine() misses the value of "${text}"`, (t) => {
    const error = t.throws(() => parseCommandLine(distccdProgram, text.split(' ')));
    t.regex(error.message, /value is missing$/);
  });
}

for (const [name, level] of [
  ['emergency', 'emerg'],
  ['critical', 'crit'],
  ['err', 'error'],
  ['warn', 'warning'],
  ['note', 'notice'],
  ['info', 'info'],
] as const) {
  test(`readSettings() takes ${name} of the original for --log-level`, (t) => {
    const words = ['--allow', '::1', '--log-level', name];
    t.is(readSettings(parseCommandLine(distccdProgram, words)).logLevel, level);
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
