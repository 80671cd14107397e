import { ArgumentError } from '../errors/index.ts';
import { commandReason } from './command-reason.ts';
import { isPreprocessedLanguage } from './languages.ts';
import { readCommand, valueFor } from './read-command.ts';
import type { CommandOption } from './read-command.ts';
import { baseName, extensionOf, preprocessedExtensionOf } from './source-names.ts';

/** What a compiler's command line means for distcc. */
export type CommandScan = LocalScan | RemoteScan;

/** A command that only this machine can run rightly. */
export interface LocalScan {
  readonly kind: 'local';
  /** One clause for the log: `-march=native means this machine's processor`. */
  readonly reason: string;
  /** Whether no more than the preprocessor runs. */
  readonly isPreprocessOnly: boolean;
}

/** A command that makes one object, or one assembly text, of one source. */
export interface RemoteScan {
  readonly kind: 'remote';
  /** The command as it was given, compiler first. */
  readonly words: readonly string[];
  readonly compiler: string;
  readonly source: string;
  /** As given, or what the compiler would choose: in the current folder. */
  readonly output: string;
  readonly isOutputGiven: boolean;
  readonly stage: 'object' | 'assembly';
  /** The language of `-x`. */
  readonly language?: string;
  /** Whether the source needs no preprocessor. */
  readonly isPreprocessed: boolean;
  /** With its dot: `.c`. */
  readonly sourceExtension: string;
  /** With its dot: `.i`. */
  readonly preprocessedExtension: string;
  /** The options in their order, `-c`, `-S`, `-o` and `-x` among them. */
  readonly options: readonly CommandOption[];
}

/**
 * Decide whether a compiler's command line can be compiled on another machine: what is not certain
 * runs here. Client and server ask the same question, so they agree.
 * @param words - compiler first, as they came from the shell or the wire
 * @throws {ArgumentError} when there is no compiler, or an option in its place
 */
export function scanCommand(words: readonly string[]): CommandScan {
  const compiler = readCompiler(words);
  const items = readCommand(words.slice(1));
  const options = items.filter((item) => item.kind === 'option');
  const reason = commandReason(words, items);
  if (reason !== undefined) return local(reason, options);
  const source = items.find((item) => item.kind === 'input')?.name ?? '';
  return describe({ words, compiler, options, source });
}

function readCompiler(words: readonly string[]): string {
  const compiler = words[0];
  if (!compiler) throw new ArgumentError('Cannot compile: wanted a compiler and its words');
  if (compiler.startsWith('-')) {
    throw new ArgumentError(`Cannot compile with "${compiler}": wanted a compiler, not an option`);
  }
  return compiler;
}

function local(reason: string, options: readonly CommandOption[]): LocalScan {
  return { kind: 'local', reason, isPreprocessOnly: has(options, /^-(?:E|MM?)$/) };
}

function has(options: readonly CommandOption[], pattern: RegExp): boolean {
  return options.some((option) => pattern.test(option.name));
}

type ScanParts = Pick<RemoteScan, 'words' | 'compiler' | 'options' | 'source'>;

function describe(parts: ScanParts): RemoteScan {
  const { options, source } = parts;
  const language = lastValue(options, '-x');
  const givenOutput = lastValue(options, '-o');
  const stage = has(options, /^-S$/) ? 'assembly' : 'object';
  const sourceExtension = extensionOf(source);
  const preprocessedExtension = preprocessedExtensionOf(sourceExtension) ?? sourceExtension;
  const stem = baseName(source).slice(0, -sourceExtension.length);
  return {
    kind: 'remote',
    ...parts,
    output: givenOutput ?? `${stem}${stage === 'object' ? '.o' : '.s'}`,
    isOutputGiven: givenOutput !== undefined,
    stage,
    ...(language !== undefined && { language }),
    isPreprocessed:
      language === undefined
        ? sourceExtension === preprocessedExtension
        : isPreprocessedLanguage(language),
    sourceExtension,
    preprocessedExtension,
  };
}

function lastValue(options: readonly CommandOption[], letters: string): string | undefined {
  return options
    .map((option) => valueFor(letters, option))
    .findLast((value) => value !== undefined);
}
