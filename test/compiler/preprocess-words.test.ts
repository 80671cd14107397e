import test from 'ava';
import { preprocessWords } from '../../src/compiler/index.ts';
import { scanRemote } from './scan-remote.ts';

const preprocesses = test.macro({
  exec(t, command: string, wanted: string) {
    t.is(preprocessWords(scanRemote(command.split(' '))).join(' '), wanted);
  },
  title: (_, command: string) => `preprocessWords() preprocesses for "${command}"`,
});

test(preprocesses, 'gcc -c a.c', 'gcc -E a.c');
test(preprocesses, 'gcc -O2 a.c -c -DX -o x/a.o', 'gcc -O2 -DX -E a.c');
test(preprocesses, 'gcc -c -S -ox.s a.c', 'gcc -E a.c');
test(preprocesses, 'gcc -x c++ -c a.c', 'gcc -x c++ -E a.c');
test(preprocesses, 'gcc -include h.h -c a.c', 'gcc -include h.h -E a.c');
test(preprocesses, 'gcc -MD -c a.c', 'gcc -MD -E a.c');
test(preprocesses, 'gcc -MD -c a.c -o x/a.o', 'gcc -MD -MF x/a.d -MQ x/a.o -E a.c');
test(preprocesses, 'gcc -MMD -MF f -c a.c -o x/a', 'gcc -MMD -MF f -MQ x/a -E a.c');
test(preprocesses, 'gcc -MD -MTt -c a.c -o x.y/a', 'gcc -MD -MTt -MF x.y/a.d -E a.c');
test(preprocesses, 'gcc -MD -MQ t -MFf -c a.c -o x/a.o', 'gcc -MD -MQ t -MFf -E a.c');
test(preprocesses, 'gcc -Wp,-MD,f -c a.c -o x/a.o', 'gcc -Wp,-MD,f -E a.c');
test(preprocesses, 'clang -Wp,-MD,f -c a.c -o x/a.o', 'clang -Wp,-MD,f -MQ x/a.o -E a.c');
test(preprocesses, 'clang -Wp,-MMD,f -MT t -c a.c -o x/a.o', 'clang -Wp,-MMD,f -MT t -E a.c');
test(preprocesses, 'clang -Wp,-MD,f -c a.c', 'clang -Wp,-MD,f -E a.c');
