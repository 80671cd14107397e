import test from 'ava';
import { answerWords, foldNumbers, ORDER_WORD, questions } from '../../probes/index.ts';
import { readObject } from '../../src/objects/index.ts';
import { compile } from '../probing/compile.util.ts';

const numbers = {
  factor: 0xfedcba9876543211n,
  multiplier: 0x8000000000000001n,
  summand: 0xffffffffffffffffn,
};
const otherNumbers = { factor: 3n, multiplier: 5n, summand: 0n };
const encode = (text: string) => new TextEncoder().encode(text);

test('foldNumbers() wraps at 64 bits', (t) => {
  t.is(foldNumbers(numbers), 0x7edcba9876543210n);
  t.is(foldNumbers(otherNumbers), 15n);
});

const warnings = ['-Wall', '-Wextra', '-Werror'];
for (const [language, command, isCharSigned] of [
  ['c', ['gcc'], 1n],
  ['c', ['gcc', '-O0', ...warnings], 1n],
  ['c', ['gcc', '-std=c89', ...warnings], 1n],
  ['c', ['gcc', '-std=c17', '-O2', '-g', '-fPIC', ...warnings], 1n],
  ['c', ['gcc', '-m32', '-O3', ...warnings], 1n],
  ['c', ['gcc', '-funsigned-char', ...warnings], 0n],
  ['c', ['aarch64-linux-gnu-gcc', ...warnings], 0n],
  ['c++', ['g++', '-std=c++98', '-O0', ...warnings], 1n],
  ['c++', ['g++', '-std=c++20', '-O2', ...warnings], 1n],
  ['c++', ['gcc', '-m32', ...warnings], 1n],
] as const) {
  const [compiler, ...args] = command;
  test(`questions.${language} compiles without a word by ${command.join(' ')}`, async (t) => {
    const { fileName, render } = questions[language];
    const { object, messages } = await compile(
      [compiler, ...args],
      fileName,
      encode(render(numbers)),
    );
    t.is(messages, '');
    const symbol = readObject(object).symbol('witness_answer') ?? new Uint8Array();
    const words = new BigUint64Array(symbol.slice().buffer);
    const wide = BigInt(readObject(object).bits / 8);
    t.deepEqual([...words], [ORDER_WORD, foldNumbers(numbers), wide, wide, isCharSigned]);
    t.is(words.length, answerWords.length);
  });
}

test('questions are ASCII, name their file first and differ in nothing but the numbers', (t) => {
  for (const { fileName, render } of Object.values(questions)) {
    const source = render(numbers);
    t.true(source.startsWith(`# 1 "${fileName}"\n`));
    t.regex(source, /^[\n -~]+$/);
    const blank = (text: string) => text.replace(/0x[0-9a-f]{16}ULL/g, 'N');
    t.is(blank(render(otherNumbers)), blank(source));
    t.not(render(otherNumbers), source);
  }
});

test('questions.c and questions.c++ give the same code whatever the numbers', async (t) => {
  for (const language of ['c', 'c++'] as const) {
    const { fileName, render } = questions[language];
    const codes = await Promise.all(
      [numbers, otherNumbers].map(async (each) => {
        const { object } = await compile(['gcc', '-O2'], fileName, encode(render(each)));
        return readObject(object).code;
      }),
    );
    t.deepEqual(codes[0], codes[1]);
    t.true((codes[0]?.length ?? 0) > 50);
  }
});

test('questions of C++ and Objective-C are refused by a C compiler', async (t) => {
  for (const language of ['c++', 'objc'] as const) {
    const source = encode(questions[language].render(numbers));
    await t.throwsAsync(compile(['gcc'], 'witness.c', source), { message: /error/ });
  }
});
