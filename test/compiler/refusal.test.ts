import test from 'ava';
import { refusalOf } from '../../src/compiler/index.ts';

const refuses = test.macro({
  exec(t, option: string, reason: string) {
    t.is(refusalOf(['gcc', ...option.split(' '), '-c', 'a.c', '-o', 'a.o']), reason);
  },
  title: (_, option: string) => `refusalOf() refuses ${option}`,
});

const UNKNOWN = 'hands on words that distcc does not know';
const refused: Record<string, string> = {
  '-wrapper sh,-c,id': '-wrapper runs other programs',
  '-B /tmp': '-B runs other programs',
  '-B/tmp': '-B/tmp runs other programs',
  '-specs=x': '-specs=x runs other programs',
  '-specs x': '-specs runs other programs',
  '--specs=x': '--specs=x is not known to distcc',
  '-no-integrated-cpp': '-no-integrated-cpp runs other programs',
  '--gcc-toolchain=/tmp': '--gcc-toolchain=/tmp is not known to distcc',
  '--config=x': '--config=x is not known to distcc',
  '@file': '@file stands for more words',
  '-I @file': '@file stands for more words',
  '-fplugin=x.so': '-fplugin=x.so loads code into the compiler',
  '-fplugin-arg-x-y=1': '-fplugin-arg-x-y=1 loads code into the compiler',
  '-fpass-plugin=x.so': '-fpass-plugin=x.so loads code into the compiler',
  '-iplugindir=/tmp': '-iplugindir=/tmp loads code into the compiler',
  '-Xclang -load': `-Xclang -load ${UNKNOWN}`,
  '-Xclang -plugin': `-Xclang -plugin ${UNKNOWN}`,
  '-Xclang -add-plugin': `-Xclang -add-plugin ${UNKNOWN}`,
  '-Xclang -fpass-plugin=x': `-Xclang -fpass-plugin=x ${UNKNOWN}`,
  '-mllvm -load=x': `-mllvm -load=x ${UNKNOWN}`,
  '-mllvm -view-isel-dags': `-mllvm -view-isel-dags ${UNKNOWN}`,
  '-Wa,-a=x': `-Wa,-a=x ${UNKNOWN}`,
  '-Wa,--MD,x': `-Wa,--MD,x ${UNKNOWN}`,
  '-Wa,-o,x': `-Wa,-o,x ${UNKNOWN}`,
  '-Wa,@x': `-Wa,@x ${UNKNOWN}`,
  '-Xassembler x': `-Xassembler x ${UNKNOWN}`,
  '-Wp,-MD,x': '-Wp,-MD,x is for a preprocessor',
  '-Xpreprocessor -DX': '-Xpreprocessor is for a preprocessor',
  '-include /etc/passwd': '-include reads a file of this server',
  '-include/etc/passwd': '-include/etc/passwd reads a file of this server',
  '-imacros x': '-imacros reads a file of this server',
  '-MD': '-MD writes a file on this server',
  '-MF x': '-MF writes a file on this server',
  '-aux-info x': '-aux-info writes more files',
  '-save-temps': '-save-temps writes more files',
  '-save-stats=obj': '-save-stats=obj writes more files',
  '-gsplit-dwarf': '-gsplit-dwarf writes more files',
  '-fdump-tree-all=/tmp/x': '-fdump-tree-all=/tmp/x writes more files',
  '-fprofile-dir=/tmp': '-fprofile-dir=/tmp reads or writes profiles',
  '-dumpdir x': "-dumpdir is the compiler's own debugging",
  '-cc1': '-cc1 runs a part of the compiler alone',
  '-march=native': "-march=native means this machine's processor",
  '-isystem-after -fplugin=./x.so': '-fplugin=./x.so loads code into the compiler',
  '-auxbase -fplugin=./x.so': '-fplugin=./x.so loads code into the compiler',
  '--target=x86_64-linux-gnu/../x': '--target=x86_64-linux-gnu/../x names a path',
  '-target x86_64-linux-gnu/../x': '-target names a path',
};
for (const [option, reason] of Object.entries(refused)) test(refuses, option, reason);

test('refusalOf() looks behind values and inputs', (t) => {
  const words = ['gcc', '-x', 'c', '-c', 'a.c', '--param', 'B=1', '-o', 'a.o', '-Bx'];
  t.is(refusalOf(words), '-Bx runs other programs');
});

test('refusalOf() lets pass what an original client sends', (t) => {
  const words = '-x c -O2 -g -iquote i -isysroot /s --sysroot=/s -F f -c a.c -o a.o';
  t.is(refusalOf(['gcc', ...words.split(' ')]), undefined);
});

test('refusalOf() lets -Wp, define and undefine macros, and nothing else', (t) => {
  const of = (word: string) => refusalOf(['gcc', word, '-c', 'a.c'], 'server');
  t.is(of('-Wp,-D_FORTIFY_SOURCE=2'), undefined);
  t.is(of('-Wp,-DA,-UB'), undefined);
  for (const word of ['-Wp,-MD,x', '-Wp,-DA,-MD', '-Wp,-D', '-Wp,-DA,x']) {
    t.is(of(word), `${word} is for a preprocessor`);
  }
});

test('refusalOf() lets the compiler look for system files where links of a pump client may lead', (t) => {
  const of = (...words: string[]) => refusalOf(['clang', ...words, '-c', 'a.c'], 'server');
  for (const folder of ['/', '/usr', '/opt/sdk/root', '/usr/aarch64-linux-gnu/']) {
    t.is(of(`--sysroot=${folder}`), undefined);
    t.is(of('--sysroot', folder), undefined);
  }
  for (const folder of ['', '.', 'sdk', '/proc/self/cwd/sdk', '/usr/../proc', '/usrs', '//proc']) {
    t.is(of(`--sysroot=${folder}`), `--sysroot=${folder} leads out of /usr and /opt`);
    t.is(of('--sysroot', folder), '--sysroot leads out of /usr and /opt');
  }
  t.is(refusalOf(['clang', '--sysroot=/x', '-c', 'a.c']), undefined, 'it is left out');
});
