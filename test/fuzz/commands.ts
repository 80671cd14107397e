import fc from 'fast-check';

/** Words that load code, run programs, or read and write what is none of a job's business. */
function hostileWords(outside: string): string[] {
  const leak = `${outside}/leak`;
  return [
    ...['-wrapper', `sh,-c,touch ${leak}`, `-fplugin=${leak}.so`, '-fplugin', '-specs', '--specs'],
    ...[
      `-specs=${leak}`,
      `-B${outside}`,
      '-B',
      `@${leak}`,
      '@/etc/passwd',
      `-o${leak}`,
      '-o',
      leak,
    ],
    ...['../../leak', '-Xclang', '-load', '-Xassembler', '-Xpreprocessor', '-Xlinker', '-cc1'],
    ...['-include', '-imacros', '/etc/passwd', '-include/etc/passwd', '-I/etc', '-iquote', '-MD'],
    ...['-MF', `-MF${leak}`, '-MMD', `-Wp,-MD,${leak}`, `-Wa,-a=${leak}`, `-Wa,--MD,${leak}`],
    ...[
      `-Wl,-Map,${leak}`,
      '-Wa,-I/etc',
      '-save-temps',
      '-save-temps=cwd',
      '-dumpbase',
      '-dumpdir',
    ],
    ...['-gsplit-dwarf', '-fdump-tree-all', `-fdump-ipa-all=${leak}`, '-ftime-trace', '-aux-info'],
    ...[
      '--coverage',
      `-fprofile-dir=${outside}`,
      `-fprofile-use=${leak}`,
      '-fdiagnostics-format=json',
    ],
    ...[
      '--sysroot=/',
      '--config=/etc/passwd',
      '-march=native',
      '-E',
      '-M',
      '-S',
      '-x',
      'c++',
      'none',
    ],
    ...[
      '-',
      '--',
      '',
      '-c',
      'a.c',
      'b.cc',
      '/w/a.c',
      '.c',
      '..',
      '/',
      '-pipe',
      '-v',
      '-###',
      '-O9',
    ],
    ...[
      '-D',
      '-DX=`id`',
      '$(id)',
      "';id;'",
      'ä',
      '\u202e',
      '\n',
      '\u0007',
      '%s%n',
      'x'.repeat(5000),
    ],
  ];
}

const compilers = fc.oneof(
  { weight: 12, arbitrary: fc.constant('instant-cc') },
  { weight: 2, arbitrary: fc.constantFrom('gcc', 'g++', 'cc', '/usr/bin/gcc') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'rm',
      '/bin/sh',
      '../instant-cc',
      './gcc',
      '-c',
      '',
      'gcc ',
      'nosuch',
    ),
  },
);

/**
 * A compiler's command line: an ordinary one with words that do not belong there.
 * @param outside - a folder where no job may write; hostile words try to
 */
export function commands(outside: string): fc.Arbitrary<string[]> {
  const plain = fc.constantFrom('-O2', '-g', '-Wall', '-std=gnu99', '-fPIC', '-DNAME=1', '-I/w');
  const word = fc.oneof(
    { weight: 4, arbitrary: plain },
    { weight: 2, arbitrary: fc.constantFrom(...hostileWords(outside)) },
    {
      weight: 1,
      arbitrary: fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\0', '')),
    },
  );
  return fc
    .tuple(compilers, fc.array(word, { maxLength: 3 }), fc.nat(), fc.constantFrom('a.c', '/w/a.c'))
    .map(([compiler, words, at, source]) => {
      const line = ['-c', source, '-o', 'a.o'];
      line.splice(at % (line.length + 1), 0, ...words);
      return [compiler, ...line];
    });
}
