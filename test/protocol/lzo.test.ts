import test from 'ava';
import { ProtocolError } from '../../src/errors/index.ts';
import { lzoCompress, lzoDecompress } from '../../src/protocol/index.ts';
import { assertRoundTrip } from './lzo-round-trip.ts';
import { naiveCompress } from './naive-lzo.ts';
import { bytes, join, seededRandom } from './streams.ts';

const maxBytes = 2 ** 24;
const end = '\x11\0\0';

/** Text that does not repeat itself, so that a wrong distance shows. */
const digits = Array.from({ length: 9000 }, (_, n) => String(n)).join(' ');
/** The first `length` bytes of it as one literal run. */
const run = (length: number): string =>
  latin1(naiveCompress(bytes(digits.slice(0, length)))).slice(0, -3);
const back = (length: number, distance: number, count: number): string =>
  digits.slice(0, length) + digits.slice(length - distance).slice(0, count);

/** One block for each row of the decoder table (fact sheet 1.6), by hand. */
const rows: readonly (readonly [title: string, block: string, plain: string])[] = [
  ['nothing', '', ''],
  ['an end marker alone', end, ''],
  ['a first run', `\x18int x;\n${end}`, 'int x;\n'],
  ['a literal run of 3 + b', `\x01abcd${end}`, 'abcd'],
  ['a literal run of 18 + n', `\0\x01${'a'.repeat(19)}${end}`, 'a'.repeat(19)],
  ['a literal run of 18 + 255 + n', `\0\0\x02${'a'.repeat(275)}${end}`, 'a'.repeat(275)],
  ['2 bytes after one to three literals', `\x14abc\x08\0${end}`, 'abcab'],
  ['2 bytes after riding literals', `\x15abcd\x6d\0X\x04\0${end}`, 'abcdabcdXdX'],
  ['3 bytes after a run', `${run(2100)}\x04\0${end}`, back(2100, 2050, 3)],
  ['3 or 4 bytes nearby', `\x15abcd\x6c\0${end}`, 'abcdabcd'],
  ['5 to 8 bytes nearby, overlapping', `\x15abcd\xe0\0${end}`, `abcd${'d'.repeat(8)}`],
  ['riding literals', `\x15abcd\x6e\0XY${end}`, 'abcdabcdXY'],
  ['2 + n bytes farther', `\x15abcd\x22\x0c\0${end}`, 'abcdabcd'],
  ['33 + n bytes farther', `\x15abcd\x20\x01\x0c\0${end}`, 'abcd'.repeat(10).slice(0, 38)],
  ['2 + n bytes far', `${run(17_000)}\x13\x04\0${end}`, back(17_000, 16_385, 5)],
  ['9 + n bytes far', `${run(17_000)}\x10\x01\x08\0${end}`, back(17_000, 16_386, 10)],
  ['2 + n bytes very far', `${run(34_000)}\x1b\0\0${end}`, back(34_000, 32_768, 5)],
];

for (const [title, block, plain] of rows) {
  test(`lzoDecompress() reads ${title}`, (t) => {
    t.is(latin1(lzoDecompress(bytes(block), { maxBytes })), plain);
  });
}

test('lzoDecompress() repeats every short distance to every short length', (t) => {
  for (let distance = 1; distance <= 70; distance += 1) {
    for (let length = 3; length <= 80; length += 1) {
      const opcode = length <= 33 ? [0x20 | (length - 2)] : [0x20, length - 33];
      const start = bytes(digits.slice(0, distance));
      const word = [((distance - 1) << 2) & 0xff, (distance - 1) >> 6];
      const block = Uint8Array.from([17 + distance, ...start, ...opcode, ...word, 0x11, 0, 0]);
      const plain = Uint8Array.from(
        { length: distance + length },
        (_, at) => start[at % distance] ?? 0,
      );
      t.true(Buffer.compare(lzoDecompress(block, { maxBytes }), plain) === 0);
    }
  }
});

for (const [block, message] of [
  ['\x18int x;\n', 'Cannot decompress: the block ends before its end marker'],
  ['\x18int', 'Cannot decompress: the block ends before its end marker'],
  [`\x18int x;\n${end}\n`, 'Cannot decompress: 1 bytes after the end marker, none wanted'],
  ['\x12a\x12\0\0', 'Cannot decompress: a damaged end marker, 11 00 00 wanted'],
  ['\x11\x01\0\0', 'Cannot decompress: a damaged end marker, 11 00 00 wanted'],
  ['\x12a\x40', 'Cannot decompress: the block ends before its end marker'],
  [`\x15abcd\x70\0${end}`, 'Cannot decompress: a match 5 bytes back, only 4 came out'],
  [`\x11\x04\0${end}`, 'Cannot decompress: a match 16385 bytes back, only 0 came out'],
] as const) {
  test(`lzoDecompress() refuses ${JSON.stringify(block)}`, (t) => {
    t.throws(() => lzoDecompress(bytes(block), { maxBytes }), {
      instanceOf: ProtocolError,
      message,
    });
  });
}

test('lzoDecompress() takes what is exactly maxBytes and nothing longer', (t) => {
  const block = lzoCompress(new Uint8Array(100_000));
  t.is(lzoDecompress(block, { maxBytes: 100_000 }).length, 100_000);
  t.throws(() => lzoDecompress(block, { maxBytes: 99_999 }), {
    instanceOf: ProtocolError,
    message: /^Cannot decompress: \d+ bytes or more, at most 99999 allowed$/,
  });
});

test('lzoDecompress() stops a bomb at maxBytes before it takes memory', (t) => {
  // A literal, then one match of 255 bytes for each zero: 16 GiB in 64 MiB.
  const bomb = new Uint8Array(2 ** 26);
  bomb.set([0x12, 0x61, 0x20]);
  bomb.set([1, 0, 0, 0x11, 0, 0], bomb.length - 6);
  const before = process.memoryUsage().arrayBuffers;
  t.throws(() => lzoDecompress(bomb, { maxBytes: 1000 }), { instanceOf: ProtocolError });
  t.true(process.memoryUsage().arrayBuffers - before < 2 ** 20);
});

test('lzoCompress() makes nothing of nothing', (t) => {
  t.is(lzoCompress(bytes('')).length, 0);
});

test('lzoCompress() writes the captured block of a short source', (t) => {
  t.is(latin1(lzoCompress(bytes('int x;\n'))), `\x18int x;\n${end}`);
});

test('lzoCompress() brings every length back, as noise and as repetition', (t) => {
  const random = seededRandom(7);
  const noise = Uint8Array.from({ length: 900 }, () => random() * 256);
  for (let length = 0; length <= noise.length; length += 1) {
    const plains = [noise.subarray(0, length), bytes('ab'.repeat(length)).subarray(0, length)];
    for (const plain of plains) assertRoundTrip(t, plain);
  }
});

test('lzoCompress() finds matches at every kind of distance', (t) => {
  const random = seededRandom(11);
  const unit = Uint8Array.from({ length: 64 }, () => random() * 256);
  for (const gap of [0, 1, 1983, 1984, 1985, 16_319, 16_320, 16_321, 32_704, 49_087, 49_088]) {
    const noise = Uint8Array.from({ length: gap }, () => random() * 256);
    assertRoundTrip(t, join([unit, noise, unit]));
    // Noise this long takes the unit's place in the compressor's memory; zeros leave it.
    assertRoundTrip(t, join([unit, new Uint8Array(gap), unit]));
  }
});

test('lzoCompress() grows noise by no more than a sixteenth and 67 bytes', (t) => {
  const random = seededRandom(3);
  const noise = Uint8Array.from({ length: 200_000 }, () => random() * 256);
  t.true(assertRoundTrip(t, noise).length <= noise.length * (1 + 1 / 16) + 67);
});

test('lzoCompress() shrinks source to less than a third', (t) => {
  const random = seededRandom(5);
  const line = (): string =>
    `static inline int f${Math.floor(random() * 1000)}(int x) { return x; }\n`;
  const source = bytes(Array.from({ length: 5000 }, line).join(''));
  t.true(assertRoundTrip(t, source).length < source.length / 3);
});

test('lzoCompress() reads a window of a larger buffer only', (t) => {
  const whole = bytes(`xx${'int f(void);'.repeat(20)}yy`);
  const plain = whole.subarray(2, -2);
  t.deepEqual(lzoDecompress(lzoCompress(plain), { maxBytes }), Uint8Array.from(plain));
});

function latin1(data: Uint8Array): string {
  return Buffer.from(data).toString('latin1');
}
