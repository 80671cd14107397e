import test from 'ava';
import fc from 'fast-check';
import { ObjectError } from '../../src/errors/index.ts';
import { readObject } from '../../src/objects/index.ts';
import { answer, compile, makeSeededWitness } from '../probing/compile.util.ts';
import { machineObjects, machineObjectWords } from './machine-objects.ts';
import type { MachineObject } from './machine-objects.ts';

const identity = /^GCC: \(Debian [^)]+\) \d+\.\d+\.\d+$/;

for (const { triple, bytes, ...expected } of machineObjects) {
  test(`readObject() names the machine of an object for ${triple}`, (t) => {
    const { code, compiler, symbol, ...found } = readObject(bytes);
    t.deepEqual(found, expected);
    t.is(compiler, expected.format === 'elf' ? 'Debian clang version 14.0.6' : undefined);
    t.true(code.length >= 4 && code.length <= 24);
    t.is(symbol('witness_cod'), undefined);
    t.deepEqual(readWords(bytes, expected.endianness), machineObjectWords);
  });

  test(`readObject() and symbol() survive every cut of an object for ${triple}`, (t) => {
    for (let length = 0; length < bytes.length; length++) readHostile(bytes.subarray(0, length));
    t.pass();
  });

  test(`readObject() and symbol() survive every byte set to 0, 1, 127, 255 for ${triple}`, (t) => {
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 1, 127, 255]) readHostile(bytes.with(at, value));
    }
    t.pass();
  });
}

for (const command of [
  ['gcc'],
  ['gcc', '-m32'],
  ['gcc', '-O2', '-g'],
  ['gcc', '-fPIC', '-ffunction-sections', '-fdata-sections'],
  ['aarch64-linux-gnu-gcc'],
] as const) {
  test(`readObject() reads what ${command.join(' ')} writes`, async (t) => {
    const object = await answer(makeSeededWitness(1n), command);
    const found = readObject(object);
    const isArm = command[0].startsWith('aarch64');
    const is32 = command[1] === '-m32';
    t.like(found, {
      format: 'elf',
      machine: isArm ? 'aarch64' : is32 ? 'i686' : 'x86_64',
      bits: is32 ? 32 : 64,
      endianness: 'little',
      abi: '',
    });
    t.regex(found.compiler ?? '', identity);
    t.true(found.code.length > 100);
    t.is(readObject(object).symbol('witness_answer')?.length, 40);
  });
}

test('readObject() finds no compiler where none is named', async (t) => {
  const { object } = await compile(
    ['gcc', '-fno-ident'],
    'a.c',
    new TextEncoder().encode('int a;'),
  );
  t.is(readObject(object).compiler, undefined);
});

test('readObject() keeps only printable ASCII of a compiler, at most 200 characters', async (t) => {
  const source = `__asm__(".ident \\"\\033[2Jevil\\200${'x'.repeat(300)}\\"");`;
  const { object } = await compile(['gcc', '-fno-ident'], 'a.c', new TextEncoder().encode(source));
  t.is(readObject(object).compiler, `?[2Jevil?${'x'.repeat(191)}`);
});

test('symbol() finds no bytes for what is undefined, common, zero or absent', async (t) => {
  const source =
    'extern int gone; int zero; int common; int used(void) { return gone; } int one = 1;';
  const { object } = await compile(
    ['gcc', '-fcommon'],
    'a.c',
    new TextEncoder().encode(`${source} int nil[4] = {0};`),
  );
  for (const name of ['gone', 'zero', 'common', 'nil', 'on', 'one_', '']) {
    t.is(readObject(object).symbol(name), undefined, name);
  }
  t.deepEqual(readObject(object).symbol('one'), new Uint8Array([1, 0, 0, 0]));
});

for (const [what, bytes, message] of [
  ['no bytes', [], 'Cannot read 0 bytes as an object file: they are neither ELF, Mach-O nor COFF'],
  ['text', [...Buffer.from('int main')], /^Cannot read 8 bytes as an object file/],
  ['four bytes of ELF', [0x7f, 0x45, 0x4c, 0x46], /class undefined, byte order undefined/],
  ['a Mach-O magic', [0xcf, 0xfa, 0xed, 0xfe], /^Cannot read 4 bytes at 12 .* has 4 bytes$/],
  ['a COFF machine', [0x64, 0x86], /^Cannot read 2 bytes at 2 .* has 2 bytes$/],
] as const) {
  test(`readObject() refuses ${what}`, (t) => {
    const error = t.throws(() => readObject(Uint8Array.from(bytes)), {
      instanceOf: ObjectError,
      message,
    });
    t.is(error.exitCode, 109);
    t.true(error.isAccidental);
  });
}

test('readObject() refuses an executable', (t) => {
  const bytes = objectFor('x86_64-linux-gnu').bytes.with(16, 2);
  t.throws(() => readObject(bytes), {
    instanceOf: ObjectError,
    message: /of type 2 .*want type 1$/,
  });
});

test('readObject() refuses a Mach-O executable', (t) => {
  const bytes = objectFor('x86_64-apple-darwin').bytes.with(12, 2);
  t.throws(() => readObject(bytes), {
    instanceOf: ObjectError,
    message: /of type 2 .*want type 1$/,
  });
});

test('readObject() refuses four billion Mach-O commands of no bytes', (t) => {
  const bytes = objectFor('x86_64-apple-darwin').bytes.slice();
  bytes.fill(255, 16, 20).fill(0, 32, 40);
  t.throws(() => readObject(bytes), { instanceOf: ObjectError, message: /command of 0 bytes/ });
});

test('readObject() takes an Arm object without an EABI version for the old ABI', (t) => {
  t.is(readObject(objectFor('arm-linux-gnueabihf').bytes.with(39, 0)).abi, 'oabi');
});

test('symbol() does not take a COFF auxiliary record for a symbol', (t) => {
  const bytes = objectFor('x86_64-w64-windows-gnu').bytes.slice();
  const view = new DataView(bytes.buffer);
  const [start, count] = [view.getUint32(8, true), view.getUint32(12, true)];
  const records = Array.from({ length: count }, (_, index) => start + index * 18);
  const auxiliary = records.findIndex((at) => bytes[at + 17] === 1) + 1;
  // Its name is too long for the record, and .data is section 2.
  const named = records.find((at) => view.getUint32(at) === 0 && bytes[at + 12] === 2) ?? 0;
  // The same name, in the section of the code.
  bytes.copyWithin(start + auxiliary * 18, named, named + 18);
  bytes[start + auxiliary * 18 + 12] = 1;
  t.true(auxiliary > 0 && start + auxiliary * 18 < named);
  t.deepEqual(readWords(bytes, 'little'), machineObjectWords);
});

test('readObject() refuses more sections than 16 bits can count', (t) => {
  const bytes = objectFor('x86_64-linux-gnu').bytes.with(60, 0).with(61, 0);
  t.throws(() => readObject(bytes), { instanceOf: ObjectError, message: /0 of 64 bytes/ });
});

test('readObject() refuses code that is larger than the file, made of one range named often', (t) => {
  const sections = 60_000;
  const bytes = new Uint8Array(64 + sections * 64);
  bytes.set(objectFor('x86_64-linux-gnu').bytes.subarray(0, 64));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(40, 64n, true);
  view.setUint16(60, sections, true);
  for (let at = 64; at < bytes.length; at += 64) {
    view.setUint32(at + 4, 1, true);
    view.setBigUint64(at + 8, 4n, true);
    view.setBigUint64(at + 32, BigInt(bytes.length), true);
  }
  t.throws(() => readObject(bytes), { instanceOf: ObjectError, message: /its code is \d+ bytes/ });
});

test('readObject() and symbol() throw nothing but ObjectError on random bytes and flips', (t) => {
  const magics = [
    [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1],
    [0x7f, 0x45, 0x4c, 0x46, 2, 2, 1],
    [0xcf, 0xfa, 0xed, 0xfe],
    [0xfe, 0xed, 0xfa, 0xce],
    [0x64, 0x86],
    [],
  ];
  const random = fc
    .tuple(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400 }))
    .map(([magic, rest]) => Uint8Array.from([...magic, ...rest]));
  const flipped = fc
    .tuple(
      fc.constantFrom(...machineObjects),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    )
    .map(([{ bytes }, changes]) =>
      changes.reduce((all, [at, value]) => all.with(at % all.length, value), bytes),
    );
  fc.assert(fc.property(random, readHostile), { numRuns: 3000 });
  fc.assert(fc.property(flipped, readHostile), { numRuns: 5000 });
  t.pass();
});

/** Reads like a prober; anything thrown that is no ObjectError fails the test. */
function readHostile(bytes: Uint8Array): void {
  try {
    readObject(bytes).symbol('witness_answer');
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
  }
}

function objectFor(triple: string): MachineObject {
  const found = machineObjects.find((each) => each.triple === triple);
  if (found === undefined) throw new RangeError(`No object for ${triple}`);
  return found;
}

function readWords(bytes: Uint8Array, endianness: 'little' | 'big'): bigint[] {
  const symbol = readObject(bytes).symbol('witness_answer') ?? new Uint8Array();
  const view = new DataView(symbol.buffer, symbol.byteOffset, symbol.byteLength);
  return machineObjectWords.map((_, index) =>
    view.getBigUint64(index * 8, endianness === 'little'),
  );
}
