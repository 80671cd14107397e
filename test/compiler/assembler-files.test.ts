import test from 'ava';
import { readsMoreFiles } from '../../src/compiler/index.ts';

const reads = test.macro({
  exec(t, text: string, wanted: boolean) {
    const bytes = new TextEncoder().encode(`# 1 "a.c"\nint x;\n${text}\n`);
    t.is(readsMoreFiles(bytes), wanted);
    t.is(readsMoreFiles(bytes.subarray(17)), wanted);
  },
  title: (_, text: string, wanted: boolean) =>
    `readsMoreFiles() is ${wanted ? 'true' : 'false'} for ${text}`,
});

test(reads, String.raw`__asm__(".incbin \"x.bin\"");`, true);
test(reads, String.raw`__asm__("\t.include \"x.s\"");`, true);
test(reads, '#pragma GCC pch_preprocess "x.gch"', true);
test(reads, 'int include, incbin;', false);
