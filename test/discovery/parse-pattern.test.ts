import test from 'ava';
import fc from 'fast-check';
import { parsePattern } from '../../src/discovery/index.ts';
import { ArgumentError } from '../../src/errors/index.ts';

const patterns = [
  ['mydistcc%d', 7, 'mydistcc7'],
  ['mydistcc%02d', 7, 'mydistcc07'],
  ['mydistcc%02d', 123, 'mydistcc123'],
  ['mydistcc%5d', 7, 'mydistcc7'],
  ['%d.lab.example', 0, '0.lab.example'],
  ['127.0.0.%d', 256, '127.0.0.256'],
  ['fd00::%d', 7, 'fd00::7'],
  ['a%%d%d', 1, 'a%d1'],
  ['a%%%%%d%%', 1, 'a%%1%'],
  ['%03d%%', 1, '001%'],
] as const;

for (const [text, number, name] of patterns) {
  test(`parsePattern() makes ${name} of ${text}`, (t) => {
    t.is(parsePattern(text)(number), name);
  });
}

const wrongPatterns = [
  '',
  'red',
  'red%',
  'red%s',
  'red%%d',
  'red%-2d',
  'red% d',
  'red%ld',
  'red%x%d',
  'red%d%d',
  'red%d%02d',
  'red%d%',
  'red%99d',
  'red%064d',
];

for (const text of wrongPatterns) {
  test(`parsePattern() refuses "${text}"`, (t) => {
    t.throws(() => parsePattern(text), {
      instanceOf: ArgumentError,
      message: `Cannot read the pattern "${text}": want exactly one %d, %5d or %02d, and %% for a percent sign`,
    });
  });
}

for (const [text, stranger] of [
  ['red%d:4200', ':'],
  ['red%d/8', '/'],
  ['red%02d,lzo', ','],
  ['ann@red%d', '@'],
  ['[fd00::%d]:4200', '['],
] as const) {
  test(`parsePattern() takes no part of a host spec for a name: ${text}`, (t) => {
    const { message } = t.throws(() => parsePattern(text), { instanceOf: ArgumentError });
    t.true(message.startsWith(`Cannot read the pattern "${text}": no name has "${stranger}" (`));
  });
}

test('parsePattern() pads to the width and loses nothing around it', (t) => {
  const text = fc.stringMatching(/^[a-z.%-]{0,8}$/);
  fc.assert(
    fc.property(
      text,
      text,
      fc.integer({ min: 1, max: 63 }),
      fc.nat(),
      (before, after, width, number) => {
        const escaped = [before, after].map((part) => part.replaceAll('%', '%%'));
        const name = parsePattern(escaped.join(`%0${width}d`))(number);
        return name === before + String(number).padStart(width, '0') + after;
      },
    ),
  );
  t.pass();
});
