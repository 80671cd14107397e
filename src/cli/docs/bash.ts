import { readFlags } from '../program.ts';
import type { Program, ValueKind } from '../program.ts';
import { dashed, HEADER } from './shell.ts';

/** Completions for bash 4 and later, with or without the package bash-completion. */
export function renderBash(program: Program): string {
  const { name } = program;
  const body = program.words === 'command' ? commandBody(program) : optionBody(program);
  return [
    `${HEADER}\n`,
    `_${name}() {`,
    ...body.map((line) => `  ${line}`),
    '}',
    `complete -F _${name} ${name}\n`,
  ].join('\n');
}

/** Own options are first words; anything else begins a command, which has completions of its own. */
function commandBody({ options }: Program): string[] {
  return [
    'local cur=${COMP_WORDS[COMP_CWORD]}',
    'COMPREPLY=()',
    'if ((COMP_CWORD == 1)); then',
    '  case $cur in',
    `    -*) ${offer(options.flatMap(dashed))} ;;`,
    `    *) ${offer('command')} ;;`,
    '  esac',
    'elif [[ ${COMP_WORDS[1]} == -* ]]; then',
    `  ${offer('file')}`,
    'elif declare -F _comp_command_offset >/dev/null; then',
    '  _comp_command_offset 1',
    'elif declare -F _command_offset >/dev/null; then',
    '  _command_offset 1',
    'else',
    `  ${offer('file')}`,
    'fi',
  ];
}

function optionBody({ options, words }: Program): string[] {
  const valued = options.filter((row) => readFlags(row).valueName !== undefined);
  const guessable = valued.filter(({ value }) => value !== undefined);
  const others = valued.filter(({ value }) => value === undefined);
  return [
    'local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}',
    '# Bash takes --option=value apart at the =',
    'if [[ $cur == = ]]; then',
    '  cur=',
    'elif [[ $option == = ]]; then',
    '  option=${COMP_WORDS[COMP_CWORD - 2]}',
    'fi',
    'COMPREPLY=()',
    'case $option in',
    ...guessable.map((row) => `  ${dashed(row).join(' | ')}) ${offer(row.value)} ;;`),
    ...(others.length > 0
      ? [`  ${others.flatMap(dashed).join(' | ')}) ;; # nobody can guess it`]
      : []),
    '  *)',
    '    case $cur in',
    `      -*) ${offer(options.flatMap(dashed))} ;;`,
    `      *) ${offer(words)} ;;`,
    '    esac',
    '    ;;',
    'esac',
  ];
}

function offer(value: ValueKind | undefined): string {
  if (value === undefined || value.length === 0) return ':';
  const kinds = { file: '-f', host: '-A hostname', command: '-c' };
  const what = typeof value === 'string' ? kinds[value] : `-W '${value.join(' ')}'`;
  const quoting = value === 'file' ? 'compopt -o filenames; ' : '';
  return `${quoting}mapfile -t COMPREPLY < <(compgen ${what} -- "$cur")`;
}
