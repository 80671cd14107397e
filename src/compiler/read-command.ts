/** An option with the word that belongs to it: `-O2`, `-ofile`, `-o file`, `-Xclang -fx`. */
export interface CommandOption {
  readonly kind: 'option';
  /** The word as it is written, a joined value included. */
  readonly name: string;
  /** The next word, for an option that takes it. */
  readonly value?: string;
}

/** A word that names something to compile or link. */
export interface CommandInput {
  readonly kind: 'input';
  readonly name: string;
}

/** One piece of a compiler's command line. */
export type CommandItem = CommandOption | CommandInput;

/**
 * Options whose value is the next word, from the manuals of gcc and clang. One that is missing here
 * makes its value an input of no known kind, so the command runs locally.
 */
const takesNextWord: ReadonlySet<string> = new Set(
  `-o -x -D -U -I -L -l -A -F -T -u -z -e -G -B -V -b
   -MF -MT -MQ -MJ -include -imacros -include-pch -include-pth
   -isystem -iquote -idirafter -iprefix -iwithprefix -iwithprefixbefore -isysroot -imultilib
   -imultiarch -iframework -iframeworkwithsysroot -iwithsysroot -isystem-after -ivfsoverlay
   -c-isystem -cxx-isystem -stdlib++-isystem
   -Xclang -Xassembler -Xpreprocessor -Xlinker -Xanalyzer -Xopenmp-target -Xcuda-ptxas
   -Xcuda-fatbinary -mllvm -mthread-model -target -arch -framework
   -dumpbase -dumpbase-ext -dumpdir -auxbase -aux-info -specs -wrapper -Tbss -Tdata -Ttext
   -serialize-diagnostics -fdebug-compilation-dir -working-directory -resource-dir -gcc-toolchain
   --param --sysroot --specs --config --output --serialize-diagnostics`.split(/\s+/),
);

/** Does this option take the next word? */
export function takesValue(name: string): boolean {
  return takesNextWord.has(name);
}

/**
 * Cut a command line into options with their values, and inputs.
 * @param words - without the compiler
 */
export function readCommand(words: readonly string[]): CommandItem[] {
  const items: CommandItem[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const name = words[index] ?? '';
    const next = words[index + 1];
    if (!name.startsWith('-') || name === '-') items.push({ kind: 'input', name });
    else if (next === undefined || !takesValue(name)) items.push({ kind: 'option', name });
    else {
      items.push({ kind: 'option', name, value: next });
      index += 1;
    }
  }
  return items;
}

/**
 * The value an option gives to `letters`, joined or as the next word: both `-ofile` and `-o file`
 * give `file` to `-o`.
 */
export function valueFor(letters: string, option: CommandOption): string | undefined {
  if (option.name === letters) return option.value;
  return option.name.startsWith(letters) ? option.name.slice(letters.length) : undefined;
}

/** The words an item was read from. */
export function wordsOf(item: CommandItem): string[] {
  return item.kind === 'option' && item.value !== undefined ? [item.name, item.value] : [item.name];
}
