import { localReason } from './local-reason.ts';
import { isForOtherStage } from './other-stages.ts';
import { valueFor } from './read-command.ts';
import type { CommandItem, CommandOption } from './read-command.ts';
import { isNamedClang, isNamedGcc } from './is-clang.ts';
import { baseName, extensionOf, isSourceName, preprocessedExtensionOf } from './source-names.ts';

/**
 * Why a whole command cannot be compiled on another machine.
 * @param words - compiler first
 * @param items - what was read of the words behind the compiler
 * @returns one clause for the log, or undefined when the command makes one object of one source
 */
export function commandReason(
  words: readonly string[],
  items: readonly CommandItem[],
): string | undefined {
  const options = items.filter((item) => item.kind === 'option');
  const inputs = items.filter((item) => item.kind === 'input').map((item) => item.name);
  return (
    wordReason(words) ??
    stageReason(options) ??
    optionReason(options) ??
    outputReason(options) ??
    serverReason(options) ??
    inputReason(inputs) ??
    orderReason(items) ??
    driverReason(words[0] ?? '', options, inputs[0] ?? '')
  );
}

/** Response files are read before anything else, wherever they stand. */
function wordReason(words: readonly string[]): string | undefined {
  const file = words.find((word) => word.startsWith('@'));
  if (file !== undefined) return `${file} stands for more words`;
  return words[0] !== undefined && isSourceName(words[0]) ? `${words[0]} is a source` : undefined;
}

function stageReason(options: readonly CommandOption[]): string | undefined {
  if (options.some((option) => /^-[cSE]$/.test(option.name))) return undefined;
  return options.length === 0 ? 'nothing to compile' : 'neither -c nor -S';
}

function optionReason(options: readonly CommandOption[]): string | undefined {
  for (const option of options) {
    const reason = localReason(option);
    if (reason !== undefined) return reason;
  }
  const architectures = options.filter((option) => option.name === '-arch');
  return architectures.length > 1 ? 'several -arch' : undefined;
}

function outputReason(options: readonly CommandOption[]): string | undefined {
  const [output, another] = options.filter(isOutput);
  if (another !== undefined) return 'several -o';
  const name = output && valueFor('-o', output);
  // The original server would take that word for the source.
  return name && isSourceName(name) ? `the output ${name} has a source's name` : undefined;
}

function isOutput(option: CommandOption): boolean {
  return option.name.startsWith('-o');
}

/** The original server counts such a value as one more source or output (fact sheet 3.3). */
function serverReason(options: readonly CommandOption[]): string | undefined {
  const sent = options.filter((option) => !isOutput(option) && !isForOtherStage(option));
  const option = sent.find(({ value = '' }) => isSourceName(value) || value.endsWith('.o'));
  return option && `${option.name} ${option.value ?? ''} looks like one more file`;
}

function inputReason(inputs: readonly string[]): string | undefined {
  const [source, another] = inputs;
  if (source === undefined) return 'no source';
  if (inputs.includes('-')) return 'the source is standard input';
  const other = inputs.find((input) => !isSourceName(input));
  if (other !== undefined) return `${other} is not a source that can be compiled elsewhere`;
  if (another !== undefined) return 'several sources';
  const name = baseName(source);
  if (name === extensionOf(name)) return `${source} has no name before its extension`;
  // The compiler would read such a name, alone, as an option or a response file.
  if (/^[-@]/.test(name)) return `${source} has a name like an option`;
  // Scripts of autoconf learn from these what this machine's compiler can do.
  return /^(?:tmp\.)?conftest\./.test(name) ? `${source} is a test of autoconf` : undefined;
}

/** `-x` holds for the inputs behind it. */
function orderReason(items: readonly CommandItem[]): string | undefined {
  const source = items.findIndex((item) => item.kind === 'input');
  const isLate = items.slice(source).some((item) => item.name.startsWith('-x'));
  return isLate ? '-x stands behind the source' : undefined;
}

/** clang and gcc read some of a preprocessor's options in different ways. */
function driverReason(
  compiler: string,
  options: readonly CommandOption[],
  source: string,
): string | undefined {
  if (isNamedClang(compiler)) return clangReason(options, source);
  const recorded = wantsDebugging(options) ? options.find(isRecorded) : undefined;
  if (recorded) return `with -g, gcc writes ${recorded.name} into the object`;
  const handedOn = options.find(isHandedOn);
  // They name different targets: see preprocess-words.ts.
  if (handedOn === undefined || isNamedGcc(compiler) || !options.some(isOutput)) return undefined;
  return `${handedOn.name} means different things to gcc and clang, and ${compiler} may be either`;
}

function wantsDebugging(options: readonly CommandOption[]): boolean {
  return options.some(({ name }) => name.startsWith('-g') && name !== '-g0');
}

/** The preprocessor's own options that gcc names in `DW_AT_producer`: a host does not get them. */
function isRecorded({ name }: CommandOption): boolean {
  return /^-(?:A|H$|undef$|finput-charset=)/.test(name);
}

/** Words of dependencies for the preprocessor itself. */
function isHandedOn({ name }: CommandOption): boolean {
  return /^-Wp,.*-MM?D/.test(name);
}

/** clang warns of options that it does not use; but not where it only preprocesses. */
function clangReason(options: readonly CommandOption[], source: string): string | undefined {
  const extension = extensionOf(source);
  if (preprocessedExtensionOf(extension) === extension) {
    const useless = options.find(
      (option) => !option.name.startsWith('-D') && isForOtherStage(option),
    );
    if (useless) return `clang warns that ${source} needs no ${useless.name}`;
  }
  const [writer, another] = options.filter((each) => /^-MM?D$/.test(each.name) || isHandedOn(each));
  if (writer === undefined) {
    const idle = options.find(({ name }) => /^-M[FTQ]/.test(name));
    return idle && `clang warns of ${idle.name} without -MD`;
  }
  if (another !== undefined && another.name !== writer.name) {
    return `${another.name} stands beside ${writer.name}`;
  }
  // clang takes but these three words for -MD -MF FILE.
  const isOdd = isHandedOn(writer) && !/^-Wp,-MM?D,[^,]+$/.test(writer.name);
  return isOdd ? `${writer.name} is read in another way than -MD by clang` : undefined;
}
