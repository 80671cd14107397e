import { preprocessedLanguage } from './languages.ts';
import { wordsOf } from './read-command.ts';
import type { CommandOption } from './read-command.ts';
import type { RemoteScan } from './scan-command.ts';
import { isForOtherStage } from './other-stages.ts';

/**
 * The words to send with preprocessed text (protocol 1 and 2). Source and output come first, since
 * an original server takes the first word that looks like a source for the source.
 */
export function remoteWords(scan: RemoteScan): string[] {
  return build(scan, scan.compiler, scan.source, scan.output);
}

/** What the server puts in the place of a client's names. */
export interface ServerFiles {
  /** The path of the compiler that runs. */
  readonly compiler: string;
  /** The preprocessed text. */
  readonly input: string;
  /** Where the compiler is to write. */
  readonly output: string;
}

/**
 * The command a server runs on preprocessed text, compiler first. Only the words that this module
 * read as source and output are replaced, and whatever only a preprocessor or linker reads is left
 * out: the text of a client with `-x c` is not preprocessed again.
 */
export function serverWords(scan: RemoteScan, files: ServerFiles): string[] {
  return build(scan, files.compiler, files.input, files.output);
}

function build(scan: RemoteScan, compiler: string, source: string, output: string): string[] {
  const language = scan.language === undefined ? undefined : preprocessedLanguage(scan.language);
  return [
    compiler,
    ...(language === undefined ? [] : ['-x', language]),
    scan.stage === 'object' ? '-c' : '-S',
    source,
    '-o',
    output,
    ...scan.options.filter((option) => isKept(option)).flatMap(wordsOf),
  ];
}

function isKept(option: CommandOption): boolean {
  return !/^-(?:[cS]$|[ox])/.test(option.name) && !isForOtherStage(option);
}
