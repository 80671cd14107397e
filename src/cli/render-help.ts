import { readFlags } from './program.ts';
import type { OptionRow, Program, TermRow } from './program.ts';

/** What `--help` prints. */
export function renderHelp(program: Program): string {
  const { name, summary, usage, options, variables, exits, examples } = program;
  const optionRows = options.map((row) => ({ term: alignFlags(row), help: row.help }));
  return [
    `${name}: ${summary}\n`,
    section(
      'Usage',
      usage.map((words) => `${name} ${words}`),
    ),
    section('Options', columns(optionRows)),
    section('Environment', columns(variables)),
    section('Exit codes', columns(exits)),
    section('Examples', examples),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Long names stand below each other, with a letter before them or not. */
function alignFlags(row: OptionRow): string {
  return readFlags(row).letter === undefined ? `    ${row.flags}` : row.flags;
}

function columns(rows: readonly TermRow[]): string[] {
  const width = Math.max(...rows.map(({ term }) => term.length));
  return rows.map(({ term, help }) => `${term.padEnd(width)}  ${help.replaceAll('`', '')}`);
}
