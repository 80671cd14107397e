import { cac } from 'cac';
import { ArgumentError } from '../errors/index.ts';
import { readFlags } from './program.ts';
import type { Flags, OptionRow, Program } from './program.ts';
import { print } from './print.ts';
import { renderHelp } from './render-help.ts';
import { splitAttachedOptions } from './split-attached-options.ts';

/** A command line that was read. Every name is the long one, without dashes. */
export interface CommandLine {
  readonly words: readonly string[];
  /** Whether a switch is on; a `--no-x` switch turns `x`, which is on, off. */
  has(name: string): boolean;
  /** Whether this very word is there: `--no-blacklist`. */
  isGiven(word: string): boolean;
  /** Every value of an option, in order. */
  all(name: string): readonly string[];
  /** The last value of an option. */
  text(name: string): string | undefined;
  /**
   * The last value as a whole number.
   * @throws {ArgumentError} when it is not one, or out of range
   */
  integer(name: string, range: IntegerRange): number;
  /** Print `--help`. */
  readonly help: () => void;
}

/** What an option that counts something may be. */
export interface IntegerRange {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Read a command line by a program's table of options.
 * @param argv - the words after the program's name
 * @throws {ArgumentError} on an unknown option or one without its value
 */
export function parseCommandLine(program: Program, argv: readonly string[]): CommandLine {
  const table = program.options.map(readFlags);
  const cli = cac(program.name);
  const command = cli.command('[...words]', '');
  if (argv.includes('')) throw new ArgumentError('Cannot read an empty word: ""');
  const split = withLongNames(table, splitAttachedOptions(argv, valueLetters(table)));
  const words = split.filter((word) => word !== '-'); // cac drops a lone dash
  for (const [index, { flags, help }] of program.options.entries()) {
    // To cac an option costs as much as all that it reads: it is told of those alone that may be there.
    if (mayBeIn(words, table[index] ?? {})) command.option(flags, help);
  }
  const parsed: { args: readonly string[]; options: Record<string, unknown> } = cli.parse(
    ['node', program.name, ...protectValues(table, markSwitches(table, words))],
    { run: false },
  );
  checkKnown(table, words);
  try {
    command.checkUnknownOptions();
    command.checkOptionValue();
    checkRepeated(program.options, table, parsed.options);
  } catch (cause) {
    throw new ArgumentError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const all = (name: string): string[] => valuesOf(parsed.options[camelCase(name)]);
  const rest = valuesOf(parsed.options['--']);
  const dash = split.length > words.length ? ['-'] : [];
  return {
    words: [...parsed.args, ...dash, ...rest],
    has: (name) => isOn(parsed.options[camelCase(name)]),
    isGiven: (word) => split.includes(word),
    all,
    text: (name) => all(name).at(-1),
    integer: (name, range) => integer(name, all(name).at(-1), range),
    help: () => {
      print(renderHelp(program));
    },
  };
}

function mayBeIn(words: readonly string[], { letter, long }: Flags): boolean {
  if (long === undefined || long.startsWith('--no-')) return true; // what `no-` turns off is on without it
  return words.some((word) =>
    word.startsWith('--')
      ? word.startsWith(long)
      : letter !== undefined && word.startsWith('-') && word.includes(letter),
  );
}

/** cac forgets the values of one of an option's names where both are used: `-a 10.0.0.1 --allow 10.0.0.2`. */
function withLongNames(table: readonly Flags[], words: readonly string[]): string[] {
  const rows = table.filter(({ letter }) => letter !== undefined);
  const longs = new Map(rows.map(({ letter = '', long }) => [`-${letter}`, long]));
  const end = words.indexOf('--');
  return words.map((word, index) => (end === -1 || index < end ? (longs.get(word) ?? word) : word));
}

/** cac takes the word after a switch with a dash inside, `--match-local red`, for its value. */
function markSwitches(table: readonly Flags[], words: readonly string[]): string[] {
  const switches = table.filter(({ valueName }) => valueName === undefined);
  const names = new Set(switches.map(({ long }) => long));
  const end = words.indexOf('--');
  return words.map((word, index) => {
    const isSwitch = names.has(word) && !word.startsWith('--no-') && (end === -1 || index < end);
    return isSwitch ? `${word}=true` : word;
  });
}

/** No word of a command line holds it. */
const PROTECTION = '\0';

/** cac takes a value that looks like a number for one, and `08` is then another file than it was. */
function protectValues(table: readonly Flags[], words: readonly string[]): string[] {
  const valued = table.filter(({ valueName }) => valueName !== undefined);
  const names = new Set(valued.map(({ long }) => long));
  const end = words.indexOf('--');
  return words.map((word, index) => {
    if (end !== -1 && index >= end) return word;
    if (names.has(word.replace(/=.*$/s, ''))) return protectAttached(word);
    return names.has(words[index - 1] ?? '') && !word.startsWith('-') ? PROTECTION + word : word;
  });
}

/** @param word - `--write=08`, or `--write` alone: its value is the next word */
function protectAttached(word: string): string {
  const [, name, value] = /^(.+?)=(.*)$/s.exec(word) ?? [];
  if (name === undefined || value === undefined) return word;
  if (value === '') throw new ArgumentError(`option \`${name}\` value is missing`);
  return `${name}=${PROTECTION}${value}`;
}

/** cac takes `--no-such` for the opposite of an option `such`, and says so when there is none. */
function checkKnown(table: readonly Flags[], words: readonly string[]): void {
  const known = new Set(table.map(({ long }) => long));
  const end = words.indexOf('--');
  for (const word of end === -1 ? words : words.slice(0, end)) {
    const [name = ''] = word.split('=');
    if (/^--./.test(name) && !known.has(name))
      throw new ArgumentError(`Unknown option \`${name}\``);
  }
}

/** cac looks for a missing value only where the option stands once. */
function checkRepeated(
  options: readonly OptionRow[],
  table: readonly Flags[],
  values: Record<string, unknown>,
): void {
  for (const [index, { long = '', valueName }] of table.entries()) {
    if (valueName === undefined) continue;
    const all = values[camelCase(long.slice(2))];
    if (Array.isArray(all) && all.includes(true))
      throw new ArgumentError(`option \`${options[index]?.flags ?? long}\` value is missing`);
  }
}

/** cac gives an option's values as one, or as an array when it stands more than once. */
function valuesOf(value: unknown): string[] {
  if (value === undefined || value === false) return [];
  return (Array.isArray(value) ? value : [value]).map((each) =>
    String(each).replace(PROTECTION, ''),
  );
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function valueLetters(table: readonly Flags[]): string {
  const valued = table.filter(({ valueName }) => valueName !== undefined);
  return valued.map(({ letter = '' }) => letter).join('');
}

function integer(name: string, text: string | undefined, range: IntegerRange): number {
  if (text === undefined) return range.fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new ArgumentError(
    `Cannot take "${text}" for --${name}: want a whole number from ${range.min} to ${range.max}`,
  );
}
