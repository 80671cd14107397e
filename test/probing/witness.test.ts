import { randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { readObject } from '../../src/objects/index.ts';
import { makeWitness } from '../../src/probing/witness.ts';
import { answer, makeSeededWitness } from './compile.util.ts';

const random = () => randomBytes(8).readBigUInt64LE();

function makeAnswer(words: readonly bigint[], isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 8));
  words.forEach((word, index) => {
    view.setBigUint64(index * 8, word, isLittle);
  });
  return new Uint8Array(view.buffer);
}

const numbers = [0x1111111111111111n, 0x2222222222222222n, 0x3333333333333333n];
/** The second is made odd. */
const folded = BigInt.asUintN(64, 0x1111111111111111n * 0x2222222222222223n + 0x3333333333333333n);
const right = [0x0102030405060708n, folded, 8n, 8n, 0n];

function makeKnownWitness() {
  const rest = [...numbers];
  return makeWitness('c', () => rest.shift() ?? 0n);
}

test('makeWitness() names its files by language', (t) => {
  for (const [language, fileName] of [
    ['c', 'witness.c'],
    ['c++', 'witness.cc'],
    ['objc', 'witness.m'],
  ] as const) {
    t.like(makeWitness(language, random), {
      language,
      fileName,
      objectName: 'witness.o',
      symbol: 'witness_answer',
    });
  }
});

test('makeWitness() takes the right answer in both byte orders', (t) => {
  const expected = { kind: 'right', pointerBytes: 8, longBytes: 8, isCharSigned: false };
  const witness = makeKnownWitness();
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
    const check = makeKnownWitness().check(makeAnswer(words, isLittle), 'little');
    t.deepEqual(check, { kind: 'wrong', reason });
  });
}

test('makeWitness() asks no two questions with one answer', (t) => {
  const witnesses = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat({ max: 62 }));
  fc.assert(
    fc.property(witnesses, ([seed, bit]) => {
      // One bit of difference in the first number must change the answer, all else being equal.
      const make = (first: bigint) => {
        const rest = [first, ...numbers];
        return makeWitness('c', () => rest.shift() ?? 0n);
      };
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
    const witness = makeWitness(language, random);
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
