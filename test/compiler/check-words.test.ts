import test from 'ava';
import { checkWords, isClang } from '../../src/compiler/index.ts';
import { scanRemote } from './scan-remote.ts';

const cases: readonly (readonly [command: string, said: string, words: string])[] = [
  ['gcc -O2 -Wall -c a.c -o a.o', '', 'gcc -O2 -Wall -fsyntax-only a.c'],
  ['gcc -S -x c a.c -oa.s', '', 'gcc -x c -fsyntax-only a.c'],
  ['gcc -c a.c', '[-Wreturn-type]', 'gcc -flto -S -o /dev/null a.c'],
  ['gcc -c a.c', '[-Wunused-function]', 'gcc -flto -S -o /dev/null a.c'],
  ['clang -c a.c', '[-Wunused-function]', 'clang -fsyntax-only a.c'],
  ['gcc -MD -MP -MFx.d -MT t -MQu -I. -c a.c', '', 'gcc -I. -fsyntax-only a.c'],
  ['gcc -Wp,-MMD,x.d -c a.c', '', 'gcc -fsyntax-only a.c'],
  ['gcc -Wp,-DA,-MD,x.d,-MP,-MT,t,-DB -c a.c', '', 'gcc -Wp,-DA,-DB -fsyntax-only a.c'],
];

for (const [command, said, words] of cases) {
  test(`checkWords() of "${command}" after "${said}"`, (t) => {
    const scan = scanRemote(command.split(' '));
    const depth = { isClang: isClang(scan.compiler), said: Buffer.from(said), isColoured: false };
    t.is(checkWords(scan, depth).join(' '), words);
  });
}

test('checkWords() asks for colours before the source', (t) => {
  const scan = scanRemote(['gcc', '-c', 'a.c']);
  const words = checkWords(scan, { isClang: false, said: Buffer.of(), isColoured: true });
  t.deepEqual(words, ['gcc', '-fdiagnostics-color=always', '-fsyntax-only', 'a.c']);
});

for (const [compiler, text, expected] of [
  ['clang++-14', '', true],
  ['/usr/bin/arm-linux-gnueabi-clang', '', true],
  ['gcc', '# 0 "a.c"\n# 0 "<built-in>"\n# 0 "<command-line>"\n', false],
  ['cc', '# 1 "a.c"\n# 1 "<built-in>" 1\n# 1 "<built-in>" 3\n# 1 "<command line>" 1\n', true],
  ['/clang/bin/cc', '', false],
] as const) {
  test(`isClang() is ${String(expected)} for ${compiler}${text === '' ? '' : ' and its text'}`, (t) => {
    t.is(isClang(compiler, Buffer.from(text)), expected);
  });
}
