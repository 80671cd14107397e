/** Groups of words: a generated command takes at most one of each. */
const groups: readonly (readonly string[])[] = [
  ['-O1', '-O2', '-Os'],
  ['-std=gnu99', '-ansi', '-std=gnu11'],
  ['-MD', '-MMD -MP', '-MMD -MF deps/x.d', '-MD -MT t', '-MMD -MQ t -MF deps/y.d'],
  ['-Wp,-MMD,deps/w.d', '-Wp,-DCOUNT=8', '-Xpreprocessor -DCOUNT=9'],
  ['-DHEADER=5', '-D COUNT=3', '-include forced.h', '-imacros forced.h', '-UHEADER'],
  ['-I.', '-Ifar', '-isystem far', '-iquote sub', '-idirafter far'],
  ['-Wall', '-Wall -Wextra', '-Wall -Werror', '-w', '-Wunused-function'],
  ['-fdiagnostics-color=always', '-fdiagnostics-color=never', '-fno-diagnostics-show-option'],
  ['-fPIC', '-fno-common', '-ffunction-sections', '-funsigned-char', '-pipe', '-m32'],
  ['-march=native', '-save-temps=obj', '-fsyntax-only', '-frandom-seed=a.c', '-Wa,--noexecstack'],
  ['-o out.o', '-oout.o', '-o deps/out.o', '-o out', '-o no/such/out.o', '-o /dev/null'],
];
const stages = ['-c', '-c', '-c', '-S', '-c -S', '-xc -c', '-x c++ -c', ''];
const inputs = 'a.c b.c warn.c fall.c maybe.c where.c ./a.c $PWD/warn.c bad.c lost.c plain.i'.split(
  ' ',
);

/** A command line put together by chance. */
export function combine(random: () => number): string {
  const pick = (words: readonly string[]): string =>
    words[Math.floor(random() * words.length)] ?? '';
  const chosen = groups.filter(() => random() < 0.3).map(pick);
  const shuffled = chosen
    .map((words) => ({ words, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ words }) => words);
  const cut = Math.floor(random() * (shuffled.length + 1));
  const words = ['$CC', ...shuffled.slice(0, cut), pick(stages), pick(inputs)];
  return [...words, ...shuffled.slice(cut)].filter((word) => word !== '').join(' ');
}
