import test from 'ava';
import { refusalOf, remoteWords, serverWords } from '../../src/compiler/index.ts';
import { scanRemote } from './scan-remote.ts';

const sends = test.macro({
  exec(t, command: string, wanted: string) {
    const words = remoteWords(scanRemote(command.split(' ')));
    t.is(words.join(' '), wanted);
    t.is(refusalOf(words), undefined);
  },
  title: (_, command: string, wanted: string) => `remoteWords() makes "${wanted}" of "${command}"`,
});

test(sends, 'gcc -c a.c', 'gcc -c a.c -o a.o');
test(sends, 'gcc -O2 -oa.o a.c -c -g', 'gcc -c a.c -o a.o -O2 -g');
test(sends, 'gcc -c -S x/a.c', 'gcc -S x/a.c -o a.s');
test(sends, 'gcc -frandom-seed=b.c -c a.c', 'gcc -c a.c -o a.o -frandom-seed=b.c');
test(sends, 'gcc -xc++ -c a.c', 'gcc -x c++-cpp-output -c a.c -o a.o');
test(sends, 'gcc -x c -c a.c', 'gcc -x cpp-output -c a.c -o a.o');
test(sends, 'gcc -x objective-c -c a.m', 'gcc -x objective-c-cpp-output -c a.m -o a.o');
test(sends, 'gcc -x cpp-output -c a.c', 'gcc -x cpp-output -c a.c -o a.o');

const stripped = `-D X|-DX|-I x|-Ix|-U X|-UX|-L x|-Lx|-l x|-lx|-MD|-MMD|-MP|-MG|-MF x|-MFx
  |-MT x|-MTx|-MQ x|-MQx|-include x|-include b.c|-includex|-imacros x|-iprefix x/|-iwithprefix x
  |-iwithprefixbefore x|-isystem x|-isystemx|-idirafter x|-idirafterx|-iquote x|-iquotex
  |-isysroot /x|--sysroot=/x|--sysroot /x|-F x|-Fx|-iframework x|-framework x|-stdlib=libc++
  |-undef|-nostdinc|-nostdinc++|-Wp,-MD,x|-Wl,-z,now|-Xlinker x|-Xpreprocessor -DX|-z now|-u x
  |-T x|-H|-finput-charset=latin1`;
for (const option of stripped.split(/\s*\|/)) {
  test(sends, `gcc ${option} -c a.c`, 'gcc -c a.c -o a.o');
}

const kept = `-O2|-g|-std=c99|-ansi|-fPIC|-m32|-Wall|-Werror=format|-pthread|-target arm-linux
  |--target=arm-linux|-arch arm64|--param x=1|--param=x=1|-Xclang -fx|-mllvm -x=1|-Wa,-mx
  |-Xassembler -mx|-fdebug-prefix-map=a=b|-isysroot /X/MacOSX12.sdk|-fexec-charset=latin1
  |-integrated-as|-static|-nostdlib|-w|-pipe`;
for (const option of kept.split(/\s*\|/)) {
  test(sends, `gcc ${option} -c a.c`, `gcc -c a.c -o a.o ${option}`);
}

for (const [command, folder, words] of [
  ['clang -c a.c', '/w', '-Qunused-arguments'],
  ['clang -g -c a.c', '/w', '-g -Qunused-arguments -fdebug-compilation-dir /w'],
  ['clang -g -c a.c', '/w.c', '-g -Qunused-arguments -fdebug-compilation-dir=/w.c'],
  ['clang -g -c a.c', '/w.o', '-g -Qunused-arguments -fdebug-compilation-dir=/w.o'],
  [
    'clang -g -ffile-compilation-dir=. -c a.c',
    '/w',
    '-g -ffile-compilation-dir=. -Qunused-arguments',
  ],
] as const) {
  test(`remoteWords() tells clang that "${command}" ran in ${folder}`, (t) => {
    const sent = remoteWords(scanRemote(command.split(' ')), { isClang: true, folder });
    t.is(sent.join(' '), `clang -c a.c -o a.o ${words}`);
    t.is(refusalOf(sent), undefined);
    t.deepEqual(scanRemote(sent).output, 'a.o');
  });
}

const files = { compiler: '/usr/bin/gcc', input: 'in.i', output: 'out.o' };

const runs = test.macro({
  exec(t, command: string, wanted: string) {
    t.is(serverWords(scanRemote(command.split(' ')), files).join(' '), wanted);
  },
  title: (_, command: string) => `serverWords() replaces source and output of "${command}"`,
});

test(runs, 'gcc -c a.c -o a.o', '/usr/bin/gcc -c in.i -o out.o');
test(runs, 'gcc -O2 -c a.c', '/usr/bin/gcc -c in.i -o out.o -O2');
test(
  runs,
  'gcc -frandom-seed=a.c -S x/a.c -ox/a.s',
  '/usr/bin/gcc -S in.i -o out.o -frandom-seed=a.c',
);
test(runs, 'gcc -x c -c a.c -o a.o', '/usr/bin/gcc -x cpp-output -c in.i -o out.o');
test(runs, 'gcc -iquote x --sysroot=/x -c a.c', '/usr/bin/gcc -c in.i -o out.o');
