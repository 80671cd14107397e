/**
 * distcc's programs take values glued to a letter (`-r3633`, `-pgcc-4.6`, `-j4`); cac would read each
 * character as an option. Make two words of one; everything after `--` stays as it is.
 * @param letters - the letters that take a value
 */
export function splitAttachedOptions(argv: readonly string[], letters: string): string[] {
  const end = argv.indexOf('--');
  const [options, rest] = end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end)];
  return [...options.flatMap((word) => split(word, letters)), ...rest];
}

function split(word: string, letters: string): string[] {
  const match = /^-([A-Za-z])(.+)$/.exec(word);
  const [, letter = '', value = ''] = match ?? [];
  return letter !== '' && letters.includes(letter) ? [`-${letter}`, value] : [word];
}
