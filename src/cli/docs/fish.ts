import { readFlags } from '../program.ts';
import type { OptionRow, Program, ValueKind } from '../program.ts';
import { HEADER } from './shell.ts';

/** Completions for fish. */
export function renderFish(program: Program): string {
  const { name, words, options } = program;
  const complete = (rest: string): string => `complete -c ${name} ${rest}\n`;
  const isFirst = words === 'command' ? '-n __fish_is_first_arg ' : '';
  return [
    `${HEADER}\n\n`,
    complete(words === 'command' ? "-x -a '(__fish_complete_subcommand)'" : takes(words ?? [])),
    ...options.map((row) => complete(`${isFirst}${optionWords(row)}`)),
  ].join('');
}

function optionWords(row: OptionRow): string {
  const { letter, long, valueName } = readFlags(row);
  return [
    ...(letter === undefined ? [] : [`-s ${letter}`]),
    ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
    ...(valueName === undefined ? [] : [row.value === undefined ? '-x' : takesValue(row.value)]),
    `-d ${quote(row.help)}`,
  ].join(' ');
}

function takesValue(value: ValueKind): string {
  return value === 'file' ? '-r -F' : `-r ${takes(value)}`;
}

/** `-f`: no files. */
function takes(value: ValueKind): string {
  if (value.length === 0) return '-f';
  const kinds = {
    file: '(__fish_complete_path)',
    host: '(__fish_print_hostnames)',
    command: '(__fish_complete_command)',
  };
  return `-f -a ${quote(typeof value === 'string' ? kinds[value] : value.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
}
