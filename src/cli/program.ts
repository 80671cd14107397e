/** What a shell can offer for an option's value: these very words, or things that shells know. */
export type ValueKind = readonly string[] | 'file' | 'host' | 'command';

/** One option of a program. */
export interface OptionRow {
  /** As cac reads it: `-r, --port <PORT>`; what has no `<…>` is a switch. */
  readonly flags: string;
  /** One line: `--help`, README.md, the manual and the shells show it. */
  readonly help: string;
  /** What the manual says beyond that: whole sentences. */
  readonly detail?: string;
  /** Absent for switches, and for values nobody can guess. */
  readonly value?: ValueKind;
}

/** A word and what it means: `DISTCC_DIR` or an exit code. */
export interface TermRow {
  readonly term: string;
  readonly help: string;
}

/**
 * A program's face, told once: its command line, `--help`, manual, completions and tables in README.md
 * are all made from it. Texts may hold `code` between backticks.
 */
export interface Program {
  readonly name: 'lsdistcc' | 'distcc' | 'distccd' | 'distccmon-text';
  /** What it is for, in a few words: the manual's NAME. */
  readonly summary: string;
  /** What may follow the name, one way to call it a line. */
  readonly usage: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options: readonly OptionRow[];
  /** What words that are no options can be. */
  readonly words?: ValueKind;
  readonly variables: readonly TermRow[];
  readonly exits: readonly TermRow[];
  readonly files: readonly TermRow[];
  readonly examples: readonly string[];
}

/** The parts of {@link OptionRow.flags}. */
export interface Flags {
  /** `r` of `-r`. */
  readonly letter?: string;
  /** `--port`. */
  readonly long?: string;
  /** `PORT`; absent for a switch. */
  readonly valueName?: string;
}

/** Take an option's flags apart. */
export function readFlags({ flags }: OptionRow): Flags {
  const [, letter, long, valueName] = /^(?:-(\w))?(?:, )?(--[\w-]+)?(?: <(.+)>)?/.exec(flags) ?? [];
  return {
    ...(letter !== undefined && { letter }),
    ...(long !== undefined && { long }),
    ...(valueName !== undefined && { valueName }),
  };
}

/** Words as a sentence lists them, the default behind: `c, c++ or objc (c)`. */
export function listChoices(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''} (${words[0] ?? ''})`;
}
