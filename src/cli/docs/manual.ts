import { readFlags } from '../program.ts';
import type { OptionRow, Program, TermRow } from '../program.ts';
import { VERSION } from '../version.ts';

/** When the words of the manuals last changed; the day of a build would differ in every checkout. */
const MANUAL_DATE = '2026-11-21';

/** mandoc(1) finds longer lines bad style. */
const MAX_LINE = 78;

/**
 * A program's manual in roff, with the macros of man(7).
 * @param program - its manual
 * @param names - every program of the suite, for SEE ALSO
 */
export function renderManual(program: Program, names: readonly string[]): string {
  const { name, summary, usage, description, options, variables, exits, files } = program;
  const others = names.filter((other) => other !== name);
  const lines = [
    '.\\" Made by "npm run docs": change the tables in src/cli and run it again.',
    `.TH ${name.toUpperCase()} 1 ${MANUAL_DATE} "lsdistcc ${VERSION}" "User Commands"`,
    ...section('NAME', [`${name} \\- ${escape(summary)}`]),
    ...section(
      'SYNOPSIS',
      usage.flatMap((words, index) => renderUsage(name, words, index)),
    ),
    ...section('DESCRIPTION', description.flatMap(renderParagraph)),
    ...section('OPTIONS', options.flatMap(renderOption)),
    ...section('ENVIRONMENT', variables.flatMap(renderTerm)),
    ...section('EXIT STATUS', exits.flatMap(renderTerm)),
    ...section('FILES', files.flatMap(renderTerm)),
    ...section('EXAMPLES', ['.EX', ...program.examples.map(escape), '.EE']),
    ...section('SEE ALSO', [others.map((other) => `\\fB${other}\\fR(1)`).join(', ')]),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`.SH ${title}`, ...lines] : [];
}

function renderUsage(name: string, words: string, index: number): string[] {
  return [...(index > 0 ? ['.br'] : []), `\\fB${name}\\fR ${escape(words)}`];
}

function renderParagraph(text: string, index: number): string[] {
  return [...(index > 0 ? ['.PP'] : []), ...renderText(text)];
}

function renderOption(row: OptionRow): string[] {
  const { letter, long, valueName } = readFlags(row);
  const dashed = [
    ...(letter === undefined ? [] : [`-${letter}`]),
    ...(long === undefined ? [] : [long]),
  ];
  const names = dashed.map((each) => `\\fB${escape(each)}\\fR`).join(', ');
  const value = valueName === undefined ? '' : ` \\fI${escape(valueName)}\\fR`;
  const { help, detail } = row;
  return [
    '.TP',
    `${names}${value}`,
    ...renderText(`${help}.${detail === undefined ? '' : ` ${detail}`}`),
  ];
}

function renderTerm({ term, help }: TermRow): string[] {
  return ['.TP', `\\fB${escape(term)}\\fR`, ...renderText(help)];
}

/** Sentences begin lines, so that a change shows where it is; `code` is bold. */
function renderText(text: string): string[] {
  const sentences = text.split(/(?<=[.?!]) (?=[A-Z`])/);
  return sentences
    .map((sentence) => escape(sentence).replace(/`([^`]*)`/g, String.raw`\fB$1\fR`))
    .flatMap(wrap)
    .map((line) => line.replace(/^(?=\.)/, String.raw`\&`)); // else it would be a macro
}

function wrap(text: string): string[] {
  const pattern = new RegExp(`(?=\\S).{1,${MAX_LINE}}(?= |$)`, 'g');
  return text.match(pattern) ?? [];
}

/** What roff would read as something else, and what a plain terminal cannot show. */
const escapes: Partial<Record<string, string>> = {
  '\\': String.raw`\e`,
  '-': String.raw`\-`,
  "'": String.raw`\(aq`,
  '’': String.raw`\(cq`,
  '~': String.raw`\(ti`,
  '^': String.raw`\(ha`,
  '…': '...',
};

function escape(text: string): string {
  return text.replace(/[\\\-'’~^…]/g, (character) => escapes[character] ?? character);
}
