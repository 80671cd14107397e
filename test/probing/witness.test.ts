import test from 'ava';
import fc from 'fast-check';
import { readObject } from '../../src/objects/index.ts';
import { drawDigits, makeWitness } from '../../src/probing/witness.ts';
import { answer, formatNumber, makeSeededWitness } from './compile.util.ts';

function makeAnswer(words: readonly bigint[], isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 8));
  words.forEach((word, index) => {
    view.setBigUint64(index * 8, word, isLittle);
  });
  return new Uint8Array(view.buffer);
}

const digits = '111111111111111122222222222222233333333333333333';
const folded = BigInt.asUintN(64, 0x1111111111111111n * 0x2222222222222223n + 0x3333333333333333n);
const right = [0x0102030405060708n, folded, 8n, 8n, 0n];

test('drawDigits() draws an odd factor, an odd multiplier and a summand, never twice', (t) => {
  const drawn = Array.from({ length: 1000 }, () => drawDigits());
  t.is(new Set(drawn).size, drawn.length);
  for (const each of drawn)
    t.regex(each, /^[\da-f]{15}[13579bdf][\da-f]{15}[13579bdf][\da-f]{16}$/);
  const isBitDrawn = (bit: bigint) =>
    new Set(drawn.map((each) => (BigInt(`0x${each}`) >> bit) & 1n)).size === 2;
  const fixed = Array.from({ length: 192 }, (_, bit) => bit).filter(
    (bit) => !isBitDrawn(BigInt(bit)),
  );
  t.deepEqual(fixed, [64, 128], 'the bits that make them odd');
});

test('makeWitness() names its files by language', (t) => {
  for (const [language, fileName] of [
    ['c', 'witness.c'],
    ['c++', 'witness.cc'],
    ['objc', 'witness.m'],
  ] as const) {
    t.like(makeWitness(language, drawDigits()), {
      language,
      fileName,
      objectName: 'witness.o',
      symbol: 'witness_answer',
    });
  }
});

test('makeWitness() takes the right answer in both byte orders', (t) => {
  const expected = { kind: 'right', pointerBytes: 8, longBytes: 8, isCharSigned: false };
  const witness = makeWitness('c', digits);
  t.deepEqual(witness.check(makeAnswer(right, true), 'little'), expected);
  t.deepEqual(witness.check(makeAnswer(right, false), 'big'), expected);
  t.deepEqual(witness.check(makeAnswer([...right, 7n], true), 'little'), expected);
});

for (const [what, words, isLittle, reason] of [
  ['too few words', right.slice(1), true, 'its answer has 32 bytes instead of 40'],
  ['the other byte order', right, false, 'its data is not little-endian as it says'],
  ['zeros', [0n, 0n, 0n, 0n, 0n], true, 'its data is not little-endian as it says'],
  [
    'another constant',
    right.with(1, folded + 1n),
    true,
    'its constant is not the one the source asks for',
  ],
  [
    'a number of the source',
    right.with(1, 0x1111111111111111n),
    true,
    'its constant is not the one the source asks for',
  ],
  ['an odd char', right.with(4, 2n), true, 'its char is neither signed nor unsigned'],
] as const) {
  test(`makeWitness() refuses an answer with ${what}`, (t) => {
    const check = makeWitness('c', digits).check(makeAnswer(words, isLittle), 'little');
    t.deepEqual(check, { kind: 'wrong', reason });
  });
}

test('makeWitness() asks no two questions with one answer', (t) => {
  const witnesses = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat({ max: 62 }));
  fc.assert(
    fc.property(witnesses, ([seed, bit]) => {
      // One bit of difference in the first number must change the answer, all else being equal.
      const make = (first: bigint) => makeWitness('c', formatNumber(first | 1n) + digits.slice(16));
      const [one, other] = [make(seed), make(seed ^ (2n << BigInt(bit)))];
      return !isSameSource(one.source, other.source) && answerOf(one) !== answerOf(other);
    }),
  );
  t.pass();

  function answerOf({ source }: { source: Uint8Array }) {
    const [, a = '', b = '', c = ''] =
      /(0x\w{16})ULL \* (0x\w{16})ULL \+ (0x\w{16})ULL/.exec(new TextDecoder().decode(source)) ??
      [];
    return BigInt.asUintN(64, BigInt(a) * BigInt(b) + BigInt(c));
  }
  function isSameSource(one: Uint8Array, other: Uint8Array) {
    return Buffer.from(one).equals(other);
  }
});

test('makeWitness() agrees with real compilers for random numbers', async (t) => {
  for (const language of ['c', 'c', 'c', 'c++', 'c++'] as const) {
    const witness = makeWitness(language, drawDigits());
    const object = await answer(witness, ['gcc']);
    const check = witness.check(
      readObject(object).symbol(witness.symbol) ?? new Uint8Array(),
      'little',
    );
    t.deepEqual(check, { kind: 'right', pointerBytes: 8, longBytes: 8, isCharSigned: true });
  }
});

test('makeWitness() refuses the answer to another witness', async (t) => {
  const object = await answer(makeSeededWitness(1n), ['gcc']);
  const symbol = readObject(object).symbol('witness_answer') ?? new Uint8Array();
  t.is(makeSeededWitness(1n).check(symbol, 'little').kind, 'right');
  t.is(makeSeededWitness(2n).check(symbol, 'little').kind, 'wrong');
});
