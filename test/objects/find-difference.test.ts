import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { findDifference } from '../../src/objects/find-difference.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lsdistcc-test-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;

/** What a compiler makes of a text. */
function compile(text: string, words: readonly string[] = [], compiler = 'gcc'): Uint8Array {
  const base = path.join(folder, `f${(count += 1)}`);
  writeFileSync(`${base}.i`, `# 1 "a.c"\n${text}\n`);
  execFileSync(compiler, [...words, '-c', `${base}.i`, '-o', `${base}.o`], { stdio: 'pipe' });
  return readFileSync(`${base}.o`);
}

/** The same object, with a section of other content. */
function withSection(object: Uint8Array, name: string, content: string): Uint8Array {
  const base = path.join(folder, `f${(count += 1)}`);
  writeFileSync(`${base}.o`, object);
  writeFileSync(`${base}.section`, content);
  execFileSync('objcopy', [`--update-section`, `${name}=${base}.section`, `${base}.o`]);
  return readFileSync(`${base}.o`);
}

const text = 'int data = 42; const char *words = "abc"; int f(int x) { return x * 42; }';

test('findDifference() finds none between two compilations of one text', (t) => {
  for (const words of [[], ['-g'], ['-O2', '-ffunction-sections'], ['-m32']]) {
    t.is(findDifference(compile(text, words), compile(text, words)), undefined, words.join());
  }
  t.is(findDifference(compile(text, [], 'clang'), compile(text, [], 'clang')), undefined);
});

test('findDifference() does not mind who packaged the compiler', (t) => {
  const object = compile(text, ['-g']);
  const other = withSection(object, '.comment', '\0GCC: (Another 12.2.0-1) 12.2.0\0');
  t.not(Buffer.compare(object, other), 0);
  // objcopy orders symbols and names in its own way: so it goes over both.
  const same = withSection(object, '.comment', '\0GCC\0');
  t.is(findDifference(same, other), undefined);
});

for (const [what, left, right, expected] of [
  ['code', text, text.replace('* 42', '* 43'), 'section .text differs'],
  ['data', text, text.replace('= 42', '= 43'), 'section .data differs'],
  ['constants', text, text.replace('abc', 'abd'), 'section .rodata differs'],
  ['names', text, text.replace('f(', 'g('), 'section .strtab differs'],
  [
    'bindings',
    text,
    text.replace('int f', 'extern int y; __attribute__((weak)) int f'),
    'section .symtab differs',
  ],
  ['zeroed data', 'int z[4];', 'int z[5];', 'section .bss differs'],
  ['sections', text, `${text} int q __attribute__((section("other")));`, /sections, the other/],
] as const) {
  test(`findDifference() finds other ${what}`, (t) => {
    const found = findDifference(compile(left), compile(right)) ?? '';
    if (typeof expected === 'string') t.is(found, expected);
    else t.regex(found, expected);
  });
}

test('findDifference() finds another machine, byte order or class', (t) => {
  t.not(findDifference(compile(text), compile(text, ['-m32'])), undefined);
});

test('findDifference() finds code that calls itself a comment', (t) => {
  const assemble = (flags: string, letter: string): Uint8Array => {
    const section = `.section .comment${flags}\\n.ascii \\"${letter}\\"\\n.text`;
    return compile(`__asm__("${section}");`, ['-fno-ident']);
  };
  t.is(findDifference(assemble('', 'x'), assemble('', 'y')), undefined);
  const code = ',\\"ax\\"';
  t.is(findDifference(assemble('', 'x'), assemble(code, 'x')), 'section .comment differs');
  t.is(findDifference(assemble(code, 'x'), assemble(code, 'y')), 'section .comment differs');
});

test('findDifference() does not mind the time in a COFF object', (t) => {
  const object = compile(text, ['--target=x86_64-pc-windows-gnu'], 'clang');
  const later = Uint8Array.from(object).fill(7, 4, 8);
  t.is(findDifference(object, later), undefined);
  t.is(
    findDifference(object, Uint8Array.from(later).fill(7, 8, 9)),
    `byte 4 of ${object.length} and ${object.length} differs`,
  );
});

test('findDifference() names the byte of what is no object', (t) => {
  const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);
  t.is(findDifference(bytes('abc'), bytes('abd')), 'byte 2 of 3 and 3 differs');
  t.is(findDifference(bytes('ab'), bytes('abd')), 'byte 2 of 2 and 3 differs');
  t.is(findDifference(bytes('abd'), bytes('ab')), 'byte 2 of 3 and 2 differs');
  t.is(findDifference(bytes(''), bytes('')), undefined);
});

test('findDifference() finds each changed byte of a section', (t) => {
  const object = compile(text, ['-O2', '-fno-ident']);
  const [first, end] = [64, Buffer.from(object).readUIntLE(40, 6)];
  const places = listSections().flatMap(({ at, bytes }) =>
    [...Array(bytes).keys()].map((n) => at + n),
  );
  t.true(places.length > 300 && places.every((at) => at >= first && at < end));
  for (const at of places) {
    const changed = Uint8Array.from(object);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    t.regex(findDifference(object, changed) ?? '', /differ/, String(at));
  }
});

/** The sections with bits of the object that was compiled last. */
function listSections(): { at: number; bytes: number }[] {
  const file = path.join(folder, `f${count}.o`);
  const table = execFileSync('readelf', ['-SW', file]).toString();
  const line = /\] \S+ +(?!NOBITS|NULL)[A-Z]+ +[\da-f]+ ([\da-f]+) ([\da-f]+) /g;
  return [...table.matchAll(line)].map(([, at = '', bytes = '']) => ({
    at: Number.parseInt(at, 16),
    bytes: Number.parseInt(bytes, 16),
  }));
}

test('findDifference() never throws, and finds each cut', (t) => {
  const object = compile(text, ['-O2']);
  fc.assert(
    fc.property(fc.nat(object.length - 1), (length) => {
      return findDifference(object, object.subarray(0, length)) !== undefined;
    }),
  );
  fc.assert(
    fc.property(fc.nat(object.length - 1), fc.nat(255), (at, byte) => {
      const changed = Uint8Array.from(object).fill(byte, at, at + 1);
      findDifference(object, changed);
      findDifference(changed, object);
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

/** An object of many sections that are all one range of the file, and a last byte that is in none. */
function stackSections(count: number, bytes: number, last: number): Uint8Array {
  const object = Buffer.alloc(64 + count * 64 + bytes);
  object.write('\x7fELF\x02\x01\x01', 'latin1');
  object.writeUInt16LE(1, 16); // ET_REL
  object.writeBigUInt64LE(64n, 40); // where the sections' heads are
  object.writeUInt16LE(64, 58);
  object.writeUInt16LE(count, 60);
  for (let at = 128; at < 64 + count * 64; at += 64) {
    object.writeUInt32LE(1, at + 4); // SHT_PROGBITS
    object.writeBigUInt64LE(BigInt(64 + count * 64), at + 24);
    object.writeBigUInt64LE(BigInt(bytes - 1), at + 32);
  }
  object[object.length - 1] = last;
  return object;
}

test('findDifference() does not compare one range of a file thousands of times', (t) => {
  const [left, right] = [stackSections(3000, 1000, 1), stackSections(3000, 1000, 2)];
  const { length } = left;
  t.is(findDifference(left, right), `byte ${length - 1} of ${length} and ${length} differs`);
  const honest = compile(text);
  t.not(findDifference(left, honest), undefined);
  t.is(
    findDifference(stackSections(2, 1000, 1), stackSections(2, 1000, 2)),
    undefined,
    'no overlap',
  );
});
