import { readFlags } from '../program.ts';
import type { OptionRow, Program, ValueKind } from '../program.ts';
import { HEADER } from './shell.ts';

/** Completions for zsh: a file for a folder of its `fpath`, called `_` and the program's name. */
export function renderZsh(program: Program): string {
  const head = `#compdef ${program.name}\n${HEADER}\n`;
  const specs = [...program.options.map(optionSpec), ...wordSpecs(program.words)];
  const options = `_arguments -s -S : \\\n${specs.map((spec) => `  ${spec}`).join(' \\\n')}\n`;
  return `${head}\n${program.words === 'command' ? beforeCommand(options) : options}`;
}

/** Own options are first words; anything else begins a command, which has completions of its own. */
function beforeCommand(options: string): string {
  return [
    'if (( CURRENT == 2 )); then',
    options.trimEnd().replace(/^/gm, '  '),
    'else',
    '  if [[ $words[2] == -* ]]; then',
    '    words[1]=cc',
    '  else',
    '    shift words',
    '    (( CURRENT-- ))',
    '  fi',
    '  _normal',
    'fi\n',
  ].join('\n');
}

function optionSpec(row: OptionRow): string {
  const { letter, long, valueName } = readFlags(row);
  const help = `[${row.help.replace(/[[\]\\]/g, String.raw`\$&`)}]`;
  const isSwitch = valueName === undefined;
  const value = isSwitch
    ? ''
    : `:${valueName.replaceAll(':', String.raw`\:`)}:${action(row.value)}`;
  const names = [
    ...(letter === undefined ? [] : [`-${letter}${isSwitch ? '' : '+'}`]),
    ...(long === undefined ? [] : [`${long}${isSwitch ? '' : '='}`]),
  ];
  const [first = ''] = names;
  if (names.length < 2) return quote(`${isSwitch ? '' : '*'}${first}${help}${value}`);
  const before = isSwitch ? `(${names.join(' ')})` : '*';
  return `${quote(before)}{${names.join(',')}}${quote(help + value)}`;
}

function wordSpecs(words: ValueKind | undefined): string[] {
  if (words === undefined || words.length === 0) return [];
  return [
    quote(
      `${words === 'command' ? '1' : '*'}:${typeof words === 'string' ? words : 'word'}:${action(words)}`,
    ),
  ];
}

function action(value: ValueKind | undefined): string {
  if (value === undefined) return ' ';
  const kinds = { file: '_files', host: '_hosts', command: '_command_names -e' };
  return typeof value === 'string' ? kinds[value] : `(${value.join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
