import test from 'ava';
import fc from 'fast-check';
import {
  isSourceName,
  preprocessWords,
  refusalOf,
  remoteWords,
  scanCommand,
  serverWords,
} from '../../src/compiler/index.ts';
import { ArgumentError } from '../../src/errors/index.ts';
import { scanRemote } from './scan-remote.ts';

const harmless = `-O2|-g|-Wall|-std=c99|-DX=a.c|-D b.c|-include b.c|-includeb.c|-I x|-isystem b.c
  |-MD|-MMD|-MF b.c|-MQ t|-Wp,-MD,x.c|-Wa,--noexecstack|-frandom-seed=b.c|--param x=1|-x c|-xc++
  |-x cpp-output|-S|-target x|-Xclang -fx|-mllvm -x=1|-isysroot /x.sdk|-iquote b.c|-stdlib=b.c
  |-fdebug-prefix-map=a.c=b.c|-finput-charset=x|-L b.o|-Xlinker b.o`;
const option = fc.constantFrom(...harmless.split(/\s*\|/)).map((words) => words.split(' '));
const source = fc.constantFrom('a.c', 'x/b.cc', './c-.m', '/d.e/f.i', 'x y.C');
const output = fc.constantFrom([], ['-o', 'x/a.o'], ['-ojoined'], ['-o', 'o dd']);

const command = fc
  .record({ before: fc.array(option), after: fc.array(option), source, output })
  .map(({ before, after, ...rest }) => [
    'gcc',
    ...before.flat(),
    '-c',
    rest.source,
    ...after.filter((words) => !words[0]?.startsWith('-x')).flat(),
    ...rest.output,
  ])
  .filter((words) => !(words.includes('-g') && words.includes('-finput-charset=x'))); // that stays here

test('remoteWords() are read alike by client, server and the original server', (t) => {
  const property = fc.property(command, (words) => {
    const scan = scanRemote(words);
    const sent = remoteWords(scan);
    const received = scanRemote(sent);
    t.deepEqual(remoteWords(received), sent);
    t.is(refusalOf(sent), undefined);
    // The original server's own way to find its words (fact sheet 3.7).
    t.is(sent.find(isSourceName), scan.source);
    t.is(sent[sent.findIndex((word) => word.startsWith('-o')) + 1], scan.output);
    t.is(sent.filter((word) => !word.startsWith('-') && isSourceName(word)).length, 1);
  });
  t.notThrows(() => {
    fc.assert(property, { numRuns: 1000 });
  });
});

test('serverWords() differ from what was sent in compiler, source and output alone', (t) => {
  const property = fc.property(command, (words) => {
    const sent = remoteWords(scanRemote(words));
    const source = sent.findIndex(isSourceName);
    const wanted = sent
      .with(0, '/usr/bin/gcc')
      .with(source, 'in.i')
      .with(source + 2, 'out');
    const files = { compiler: '/usr/bin/gcc', input: 'in.i', output: 'out' };
    t.deepEqual(serverWords(scanRemote(sent), files), wanted);
  });
  t.notThrows(() => {
    fc.assert(property, { numRuns: 1000 });
  });
});

test('preprocessWords() preprocess the one source to standard output', (t) => {
  const property = fc.property(command, (words) => {
    const scan = scanRemote(words);
    const preprocess = preprocessWords(scan);
    t.deepEqual(preprocess.slice(-2), ['-E', scan.source]);
    t.false(preprocess.some((word) => /^-(?:[cS]$|o)/.test(word)));
  });
  t.notThrows(() => {
    fc.assert(property, { numRuns: 1000 });
  });
});

test('scanCommand() reads any words or throws an ArgumentError', (t) => {
  const odd = fc.constantFrom(
    '-o',
    '-x',
    '-MF',
    '-Xclang',
    '-Wa,',
    '-Wp,',
    '--',
    '-',
    '',
    '@',
    '-c',
  );
  const property = fc.property(fc.array(fc.oneof(odd, source, fc.string())), (words) => {
    try {
      const scan = scanCommand(words);
      if (scan.kind === 'remote') scanRemote(remoteWords(scan));
      else t.not(scan.reason, '');
    } catch (error) {
      t.true(error instanceof ArgumentError, String(error));
    }
    refusalOf(words);
  });
  t.notThrows(() => {
    fc.assert(property, { numRuns: 2000 });
  });
});
