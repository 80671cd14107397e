import { localRules } from './local-rules.ts';
import { preprocessedLanguage } from './languages.ts';
import { takesValue, valueFor, wordsOf } from './read-command.ts';
import type { CommandOption } from './read-command.ts';

/**
 * Why a command with this option cannot be compiled on another machine.
 * @returns one clause for the log, or undefined when the option is no reason
 */
export function localReason(option: CommandOption): string | undefined {
  const { name, value } = option;
  if (takesValue(name) && value === undefined) return `${name} needs a word after it`;
  const rule = localRules.find(([pattern]) => pattern.test(name));
  if (rule) return `${name} ${rule[1]}`;
  return handedOnReason(option) ?? languageReason(option) ?? fileReason(option);
}

function handedOnReason(option: CommandOption): string | undefined {
  const { name, value } = option;
  const isJoined = /^-W[ap],/.test(name);
  const isHarmless = handedOn.get(isJoined ? name.slice(0, 4) : name);
  if (isHarmless === undefined) return undefined;
  const words = isJoined ? name.slice(4).split(',') : [value ?? ''];
  if (words.every(isHarmless)) return undefined;
  return `${wordsOf(option).join(' ')} hands on words that distcc does not know`;
}

/** Options that hand words on to one part of the compiler, and the words it may have. */
const handedOn: ReadonlyMap<string, (word: string, index: number, all: string[]) => boolean> =
  new Map([
    ['-Wp,', isHarmlessForPreprocessor],
    ['-Xpreprocessor', (word: string) => /^-[DUI]./.test(word)],
    ['-Wa,', isHarmlessForAssembler],
    ['-Xassembler', isHarmlessForAssembler],
    [
      '-Xclang',
      (word: string) => /^-[fOW]/.test(word) && !localReason({ kind: 'option', name: word }),
    ],
    ['-mllvm', isHarmlessForLlvm],
  ]);

const preprocessorWord =
  /^-(?:[DUI]|isystem|iquote|idirafter|iprefix|iwithprefix|include|imacros|M(?:MD|[DFTQPG]))/;

function isHarmlessForPreprocessor(word: string): boolean {
  return word.startsWith('-') ? preprocessorWord.test(word) : !isStandardStream(word);
}

const assemblerWord =
  /^(?:-[mWL][\w=.,+-]*|-E[LB]|--(?:no)?execstack|--fatal-warnings|--(?:no-)?warn|--(?:x?32|64)|--defsym|--divide|--keep-locals|--(?:no)?compress-debug-sections(?:=\w+)?|--size-check=\w+|--hash-size=\d+|--reduce-memory-overheads|--elf-stt-common=\w+|--generate-missing-build-notes=\w+)$/;

/**
 * The assembler writes listings and dependencies, reads what it is told to include, and its own debug
 * information names the folder it runs in.
 */
function isHarmlessForAssembler(word: string, index: number, all: string[]): boolean {
  if (assemblerWord.test(word)) return true;
  return all[index - 1] === '--defsym' && /^\w+=\w+$/.test(word);
}

/** LLVM has options by the thousand; those that touch files say so in their names. */
function isHarmlessForLlvm(word: string): boolean {
  if (!/^-[\w-]+(?:=[\w.,+-]*)?$/.test(word)) return false;
  return !/load|plugin|file|output|dump|dot|record|dir|path|print|remark|trace|stats|debug|view/.test(
    word,
  );
}

function languageReason(option: CommandOption): string | undefined {
  const language = valueFor('-x', option);
  if (language === undefined || preprocessedLanguage(language) !== undefined) return undefined;
  return `-x ${language} is compiled here only`;
}

function fileReason(option: CommandOption): string | undefined {
  const header = valueFor('-include', option);
  if (header && /\.[gp]ch$/.test(header)) return `${header} is a precompiled header`;
  for (const letters of ['-o', '-MF', '-include', '-imacros']) {
    const file = valueFor(letters, option);
    if (file !== undefined && isStandardStream(file)) return `${letters} ${file} is no file`;
  }
  return undefined;
}

/**
 * The preprocessed text goes to standard output, so nothing else may; and what a stream holds can be
 * read but once.
 */
function isStandardStream(file: string): boolean {
  return file.startsWith('-') || /^\/(?:dev\/(?:std|fd\/)|proc\/)/.test(file);
}
