import test from 'ava';
import { pumpWords } from '../../src/compiler/index.ts';
import { scanRemote } from './scan-remote.ts';

const files = { compiler: '/bin/cc', root: '/r', output: '/t/o', dependencies: '/t/d' };

const runs = test.macro({
  exec(t, command: string, wanted: string) {
    t.is(pumpWords(scanRemote(command.split(' ')), files).join(' '), `/bin/cc ${wanted}`);
  },
  title: (_, command: string) => `pumpWords() runs "${command}" in the tree`,
});

const END = '-MF /t/d -ffile-prefix-map=/r= -c';

test(runs, 'gcc -c a.c', `-MMD -MQ a.o ${END} a.c -o /t/o`);
test(runs, 'gcc -O2 -oa.o x/a.c -c -g', `-O2 -g -MMD -MQ a.o ${END} x/a.c -o /t/o`);
test(runs, 'gcc -c /w/a.c -o /w/a.o', `-MMD -MQ /w/a.o ${END} /r/w/a.c -o /t/o`);
test(runs, 'gcc -S -c a.c', `-MMD -MQ a.s -MF /t/d -ffile-prefix-map=/r= -S a.c -o /t/o`);
test(runs, 'g++ -x c++ -c a.c', `-x c++ -MMD -MQ a.o ${END} a.c -o /t/o`);

// Dependencies go where the server wants them, and say what the client wants them to say.
test(runs, 'gcc -MD -c a.c', `-MD -MQ a.o ${END} a.c -o /t/o`);
test(runs, 'gcc -MMD -MP -MF x.d -c a.c', `-MMD -MP -MQ a.o ${END} a.c -o /t/o`);
test(runs, 'gcc -MD -MFx.d -MT y -c a.c', `-MD -MT y ${END} a.c -o /t/o`);
test(runs, 'gcc -MD -MQy -MTz -c a.c', `-MD -MQy -MTz ${END} a.c -o /t/o`);
test(runs, 'gcc -MT y -c a.c', `-MT y -MMD ${END} a.c -o /t/o`);

const pathOptions = `-I -include -imacros -idirafter -iprefix -iwithprefix -iwithprefixbefore
  -isystem -iquote`;
for (const letters of pathOptions.split(/\s+/)) {
  const tail = `-MMD -MQ a.o ${END} a.c -o /t/o`;
  test(runs, `gcc ${letters} /w/h -c a.c`, `${letters} /r/w/h ${tail}`);
  test(runs, `gcc ${letters}/w/h -c a.c`, `${letters}/r/w/h ${tail}`);
  test(runs, `gcc ${letters} w/h -c a.c`, `${letters} w/h ${tail}`);
  test(runs, `gcc ${letters}w/h -c a.c`, `${letters}w/h ${tail}`);
  test(runs, `gcc ${letters} / -c a.c`, `${letters} /r/ ${tail}`);
}

// What the server has of its own, and what is only text (fact sheet 8.3).
const kept = `--sysroot=/x|-isysroot /x|-L/x|-DX=/x|-D X=/x|-U /x|-fdebug-compilation-dir=/x
  |-fexec-charset=latin1|-std=c11|-Wall|-fdebug-prefix-map=x=y|-ffile-prefix-map==y`;
for (const option of kept.split(/\s*\|/)) {
  test(runs, `gcc ${option} -c a.c`, `${option} -MMD -MQ a.o ${END} a.c -o /t/o`);
}

test(
  runs,
  'gcc -ffile-prefix-map=/w=. -fmacro-prefix-map=/=/x -c -fdebug-prefix-map=/v=v a.c',
  '-ffile-prefix-map=/w=. -fmacro-prefix-map=/=/x -fdebug-prefix-map=/v=v -MMD -MQ a.o -MF /t/d ' +
    '-ffile-prefix-map=/r= -ffile-prefix-map=/r/w=. -fmacro-prefix-map=/r/=/x ' +
    '-fdebug-prefix-map=/r/v=v -c a.c -o /t/o',
);
