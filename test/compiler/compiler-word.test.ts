import test from 'ava';
import { findCompilerWord } from '../../src/compiler/index.ts';
import { ArgumentError } from '../../src/errors/index.ts';

const finds = test.macro({
  exec(t, command: string, kind: 'explicit' | 'implicit') {
    const argv = command.split(' ');
    const words = kind === 'implicit' ? ['cc', ...argv] : argv;
    t.deepEqual(findCompilerWord(argv), { kind, words });
  },
  title: (_, command: string, kind: string) =>
    `findCompilerWord() takes "distcc ${command}" for ${kind}`,
});

test(finds, 'gcc -c a.c', 'explicit');
test(finds, '/usr/bin/clang-15 -c a.c', 'explicit');
test(finds, 'ccache gcc -c a.c', 'explicit');
test(finds, 'false', 'explicit');
test(finds, '-c a.c', 'implicit');
test(finds, '--bogus', 'implicit');
test(finds, 'a.c -c', 'implicit');
test(finds, 'a.cpp', 'implicit');
test(finds, 'a.o -o p', 'implicit');

test('findCompilerWord() throws when no word follows', (t) => {
  const message = 'Cannot compile: wanted a compiler and its words';
  t.throws(() => findCompilerWord([]), { instanceOf: ArgumentError, message });
});
