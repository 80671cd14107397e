import test from 'ava';
import fc from 'fast-check';
import { readObject } from '../../src/objects/index.ts';
import { judgeObject } from '../../src/probing/judge.ts';
import { defaultToolchain, parseToolchain } from '../../src/probing/toolchain.ts';
import { machineObjects } from '../objects/machine-objects.ts';
import { answer, compile, makeSeededWitness } from './compile.util.ts';

const witness = makeSeededWitness(1n);
const native = defaultToolchain('gcc', 'x64', 'linux');
const target = 'x86_64';
const encode = (text: string) => new TextEncoder().encode(text);

for (const [command, toolchain, found] of [
  [['gcc'], 'x86_64-linux-gnu', 'x86_64'],
  [['gcc'], 'x86_64-redhat-linux/gcc', 'x86_64'],
  [['gcc', '-O2', '-g'], 'x86_64-linux-gnu/gcc-12', 'x86_64'],
  [['gcc', '-fPIC', '-O3'], 'x86_64-linux-gnu/gcc>=12', 'x86_64'],
  [['gcc', '-g3', '-gz', '-fdata-sections'], 'x86_64-linux-gnu', 'x86_64'],
  [['gcc', '-m32'], 'i386-linux-gnu', 'i686'],
  [['aarch64-linux-gnu-gcc'], 'aarch64-linux-gnu/gcc', 'aarch64'],
  [['aarch64-linux-gnu-gcc', '-O2', '-g'], 'arm64-linux-gnu/gcc<=12', 'aarch64'],
] as const) {
  test(`judgeObject() takes what ${command.join(' ')} makes for ${toolchain}`, async (t) => {
    const judgement = judgeObject(
      await answer(witness, command),
      witness,
      parseToolchain(toolchain),
    );
    t.like(judgement, { verdict: 'up', target: found });
    t.regex(judgement.compiler ?? '', /^GCC: .* 12\.\d+\.\d+$/);
  });
}

test('judgeObject() takes what g++ makes of the C++ question', async (t) => {
  const cxx = makeSeededWitness(3n, 'c++');
  t.is(judgeObject(await answer(cxx, ['g++']), cxx, native).verdict, 'up');
});

for (const [what, command, toolchain, verdict, reason] of [
  [
    'another machine',
    ['aarch64-linux-gnu-gcc'],
    'x86_64-linux-gnu',
    'wrong-target',
    'The object is for aarch64, wanted x86_64',
  ],
  [
    'another width',
    ['gcc', '-m32'],
    'x86_64-linux-gnu',
    'wrong-target',
    'The object is for i686, wanted x86_64',
  ],
  [
    'another ABI',
    ['gcc'],
    'x86_64-linux-gnux32',
    'wrong-target',
    'The object is for x86_64, wanted x86_64 x32 (bits 64 instead of 32)',
  ],
  [
    'another format',
    ['gcc'],
    'x86_64-w64-mingw32',
    'wrong-target',
    'The object is for x86_64, wanted x86_64 coff (format elf instead of coff)',
  ],
  [
    'another char',
    ['gcc', '-funsigned-char'],
    'x86_64-linux-gnu',
    'wrong-target',
    "The compiler's char is unsigned, on x86_64 it is signed",
  ],
  [
    'no name of a compiler',
    ['gcc', '-fno-ident'],
    'x86_64-linux-gnu/gcc',
    'wrong-compiler',
    'The object is by a compiler it does not name, wanted gcc',
  ],
] as const) {
  test(`judgeObject() finds ${what}`, async (t) => {
    const judgement = judgeObject(
      await answer(witness, command),
      witness,
      parseToolchain(toolchain),
    );
    t.like(judgement, { verdict, reason });
  });
}

for (const [compiler, wanted] of [
  ['gcc-11', 'gcc = 11'],
  ['gcc>12', 'gcc > 12'],
  ['clang', 'clang'],
  ['clang>=15', 'clang >= 15'],
] as const) {
  test(`judgeObject() finds that gcc 12 is not ${compiler}`, async (t) => {
    const object = await answer(witness, ['gcc']);
    const { compiler: said } = readObject(object);
    t.deepEqual(judgeObject(object, witness, parseToolchain(`x86_64-linux-gnu/${compiler}`)), {
      verdict: 'wrong-compiler',
      reason: `The object is by ${said ?? ''}, wanted ${wanted}`,
      compiler: said ?? '',
      target,
    });
  });
}

test('judgeObject() finds canned bytes, the source and nothing to be no objects', (t) => {
  for (const [bytes, count] of [
    [encode('hello, world'), 12],
    [witness.source, witness.source.length],
    [new Uint8Array(), 0],
    [new Uint8Array(4096), 4096],
  ] as const) {
    t.deepEqual(judgeObject(bytes, witness, native), {
      verdict: 'forged',
      reason: `The host sent ${count} bytes that are no object file: Cannot read ${count} bytes as an object file: they are neither ELF, Mach-O nor COFF`,
    });
  }
});

test('judgeObject() finds an object of something else', async (t) => {
  const { object } = await compile(['gcc'], 'a.c', encode('int main(void) { return 0; }'));
  t.like(judgeObject(object, witness, native), {
    verdict: 'forged',
    reason: 'The object was not compiled from the probe: it has no witness_answer',
    target,
  });
});

test("judgeObject() finds another witness's object, in C and in C++", async (t) => {
  for (const language of ['c', 'c++'] as const) {
    const object = await answer(makeSeededWitness(2n, language), ['gcc']);
    t.is(judgeObject(object, makeSeededWitness(2n, language), native).verdict, 'up');
    t.like(judgeObject(object, witness, native), {
      verdict: 'forged',
      reason:
        'The object was not compiled from the probe: its constant is not the one the source asks for',
    });
  }
});

test('judgeObject() takes canned objects of every machine for forged', (t) => {
  for (const { triple, bytes } of machineObjects) {
    const judgement = judgeObject(bytes, witness, parseToolchain(triple));
    t.is(judgement.verdict, 'forged', triple);
  }
});

test('judgeObject() finds sizes that contradict the header', async (t) => {
  for (const [size, reason] of [
    ['sizeof(void *)', 'The object contradicts itself: pointers of 4 bytes in a 64-bit object'],
    ['sizeof(long)', 'The object contradicts itself: a long of 4 bytes, want 8'],
  ] as const) {
    const source = encode(new TextDecoder().decode(witness.source).replace(size, '4'));
    const { object } = await compile(['gcc'], witness.fileName, source);
    t.like(judgeObject(object, witness, native), { verdict: 'forged', reason });
  }
});

for (const [triple, longBytes, isCharSigned, verdict] of [
  ['x86_64-w64-windows-gnu', 4, 1, 'up'],
  ['x86_64-w64-windows-gnu', 8, 1, 'forged'],
  // Apple's char is signed where Linux's is not.
  ['arm64-apple-darwin', 8, 1, 'up'],
  ['aarch64-linux-gnu', 8, 1, 'wrong-target'],
  ['aarch64-linux-gnu', 8, 0, 'up'],
] as const) {
  test(`judgeObject() says ${verdict} for ${triple} with a long of ${longBytes} bytes and char ${isCharSigned}`, async (t) => {
    const object = machineObjects.find((each) => each.triple === triple)?.bytes.slice();
    const right = readObject(await answer(witness, ['gcc'])).symbol(witness.symbol);
    const symbol = readObject(object ?? new Uint8Array()).symbol(witness.symbol);
    symbol?.set(right?.with(24, longBytes).with(32, isCharSigned) ?? []);
    const bytes = object ?? new Uint8Array();
    t.is(judgeObject(bytes, witness, parseToolchain(triple)).verdict, verdict);
  });
}

test('judgeObject() compares the code with what the local compiler makes, whatever the numbers', async (t) => {
  const object = await answer(witness, ['gcc']);
  const local = readObject(await answer(makeSeededWitness(9n), ['gcc']));
  const other = readObject(await answer(makeSeededWitness(9n), ['gcc', '-O1']));
  t.is(judgeObject(object, witness, native, { localCode: local }).verdict, 'up');
  t.like(judgeObject(object, witness, native, { localCode: other }), {
    verdict: 'wrong-compiler',
    reason: `The code by ${local.compiler ?? ''} (${local.code.length} bytes) is not what the local compiler makes of the probe (${other.code.length} bytes)`,
  });
  const flipped = { ...local, code: local.code.with(40, (local.code[40] ?? 0) ^ 1) };
  t.is(judgeObject(object, witness, native, { localCode: flipped }).verdict, 'wrong-compiler');
});

test('judgeObject() takes the same compiler’s object of each host, with its own constant alone', async (t) => {
  const wanted = parseToolchain('x86_64-linux-gnu');
  const other = makeSeededWitness(5n);
  const [first, second] = [await answer(witness, ['gcc']), await answer(other, ['gcc'])];
  const judgement = judgeObject(first, witness, wanted);
  t.is(judgement.verdict, 'up');
  t.deepEqual(judgeObject(second, other, wanted), judgement);
  t.is(judgeObject(first, other, wanted).verdict, 'forged'); // what another host was asked
  first.set(second); // the buffer of an answer is used again
  t.is(judgeObject(first, witness, wanted).verdict, 'forged');
});

test('judgeObject() says of a changed object what it says of the first one, whatever was right before', async (t) => {
  const object = await answer(witness, ['gcc']);
  const seasoned = parseToolchain('x86_64-linux-gnu');
  const change = fc.tuple(fc.nat({ max: object.length - 1 }), fc.integer({ min: 0, max: 255 }));
  const changed = fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((bytes, [at, value]) => bytes.with(at, value), object));
  const localCode = { code: new Uint8Array(1), compiler: undefined };
  fc.assert(
    fc.property(changed, fc.boolean(), (bytes, matches) => {
      judgeObject(object, witness, seasoned);
      const options = matches ? { localCode } : {};
      const fresh = judgeObject(bytes, witness, parseToolchain('x86_64-linux-gnu'), options);
      t.deepEqual(judgeObject(bytes, witness, seasoned, options), fresh);
    }),
    { numRuns: 2000 },
  );
});

test('judgeObject() never takes a truncated object', async (t) => {
  for (const [command, toolchain] of [
    [['gcc'], 'x86_64-linux-gnu'],
    [['gcc', '-g'], 'x86_64-linux-gnu'],
    [['gcc', '-m32'], 'i686-linux-gnu'],
    [['aarch64-linux-gnu-gcc'], 'aarch64-linux-gnu'],
  ] as const) {
    const wanted = parseToolchain(toolchain);
    const object = await answer(witness, command);
    t.is(judgeObject(object, witness, wanted).verdict, 'up');
    for (let length = 0; length < object.length; length++) {
      const { verdict } = judgeObject(object.subarray(0, length), witness, wanted);
      if (verdict !== 'forged') t.fail(`${verdict} after ${length} bytes of ${command.join(' ')}`);
    }
  }
});

test('judgeObject() sees every flipped bit of the answer and of what names the machine', async (t) => {
  const object = await answer(witness, ['gcc']);
  const start = offsetOf(object, readObject(object).symbol(witness.symbol) ?? new Uint8Array());
  const answerBytes = Array.from({ length: 40 }, (_, index) => start + index);
  // Class, byte order, file type and machine of the header.
  for (const at of [...answerBytes, 4, 5, 16, 17, 18, 19]) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = object.with(at, (object[at] ?? 0) ^ (1 << bit));
      t.not(judgeObject(flipped, witness, native).verdict, 'up', `bit ${bit} of byte ${at}`);
    }
  }
});

test('judgeObject() throws on no bytes, random or changed', async (t) => {
  const object = await answer(witness, ['gcc', '-g']);
  const change = fc.tuple(fc.nat({ max: object.length - 1 }), fc.integer({ min: 0, max: 255 }));
  const verdicts = ['up', 'forged', 'wrong-target', 'wrong-compiler'];
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const changed = object.slice();
      for (const [at, value] of changes) changed[at] = value;
      return verdicts.includes(judgeObject(changed, witness, native).verdict);
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      return judgeObject(bytes, witness, native).verdict !== 'up';
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

function offsetOf(object: Uint8Array, part: Uint8Array): number {
  return part.byteOffset - object.byteOffset;
}
