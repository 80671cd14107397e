import { preprocessedLanguage } from './languages.ts';
import { wordsOf } from './read-command.ts';
import type { CommandOption } from './read-command.ts';
import type { RemoteScan } from './scan-command.ts';
import { isForOtherStage } from './other-stages.ts';
import { isSourceName } from './source-names.ts';

/**
 * The words to send with preprocessed text (protocol 1 and 2). Source and output come first, since
 * an original server takes the first word that looks like a source for the source.
 */
export function remoteWords(scan: RemoteScan, from: TextOrigin = {}): string[] {
  const words = build(scan, scan.compiler, scan.source, scan.output);
  return from.isClang === true ? [...words, ...clangWords(scan, from)] : words;
}

/** Where a preprocessed text comes from. */
export interface TextOrigin {
  /** Whether clang wrote it, and is to compile it. */
  readonly isClang?: boolean;
  /** The folder that the compiler ran in. */
  readonly folder?: string;
}

/**
 * clang tells of options that a preprocessed text has no use for, and puts the folder it runs in into
 * debug information (gcc's preprocessor writes the folder into the text).
 */
function clangWords(scan: RemoteScan, { folder }: TextOrigin): string[] {
  const names = scan.options.map(({ name }) => name);
  return ['-Qunused-arguments', ...mapWords(names), ...folderWords(names, folder)];
}

/** `__builtin_FILE()` is read by who compiles, but clang's driver hands its map to preprocessors only. */
function mapWords(names: readonly string[]): string[] {
  const maps = names.filter((name) => /^-f(?:file|macro)-prefix-map=/.test(name));
  return maps.flatMap((name) => ['-Xclang', name.replace('-ffile', '-fmacro')]);
}

function folderWords(names: readonly string[], folder: string | undefined): string[] {
  const isTold = names.some((name) => /^-f(?:debug|file)-compilation-dir/.test(name));
  const isWanted = names.some((name) => name.startsWith('-g')) && !isTold;
  if (!isWanted || folder === undefined) return [];
  // An original server takes a word of its own for one more file when it looks like one.
  const isOdd = isSourceName(folder) || folder.endsWith('.o');
  return isOdd ? [`${FOLDER_OPTION}=${folder}`] : [FOLDER_OPTION, folder];
}

/** Since clang 10; with `=` since clang 13. */
const FOLDER_OPTION = '-fdebug-compilation-dir';

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
