import type { Program, TermRow } from '../program.ts';

/**
 * The page with the programs' usage and tables as they are now: in the section of each program the first
 * block of plain text, and the tables that begin with `option`, `variable` and `exit`.
 * @throws {RangeError} when the page lacks one of them
 */
export function updateReadme(page: string, programs: readonly Program[]): string {
  return programs.reduce(updateSection, page);
}

function updateSection(page: string, program: Program): string {
  const { name, usage, options, variables, exits } = program;
  const heading = `\n## ${name}\n`;
  const start = page.indexOf(heading);
  if (start === -1) throw new RangeError(`The page has no section "${name}"`);
  const next = page.indexOf('\n## ', start + heading.length);
  const end = next === -1 ? page.length : next;
  const section = page.slice(start, end);
  const flags = options.map((row) => ({ term: code(row.flags), help: row.help }));
  const names = variables.map(({ term, help }) => ({ term: code(term), help }));
  const updated = [
    replaceUsage(
      section,
      usage.map((words) => `${name} ${words}\n`),
    ),
  ]
    .map((text) => replaceTable(text, 'option', flags))
    .map((text) => replaceTable(text, 'variable', names))
    .map((text) => replaceTable(text, 'exit', exits));
  return page.slice(0, start) + updated.join('') + page.slice(end);
}

function replaceUsage(section: string, lines: readonly string[]): string {
  return replaceOnce(section, /(?<=```text\n)[^`]*/, lines.join(''), 'block of usage');
}

/** All rows below the head and its rule. */
function replaceTable(section: string, column: string, rows: readonly TermRow[]): string {
  const lines = rows.map(({ term, help }) => `| ${cell(term)} | ${cell(help)} |\n`);
  const pattern = new RegExp(String.raw`(?<=\n\| ${column} \|.*\n\| --- \|.*\n)(?:\|.*\n)*`);
  return replaceOnce(section, pattern, lines.join(''), `table "${column}"`);
}

function replaceOnce(text: string, pattern: RegExp, by: string, what: string): string {
  if (!pattern.test(text)) throw new RangeError(`A section of the page has no ${what}`);
  return text.replace(pattern, () => by);
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

function code(text: string): string {
  return `\`${text}\``;
}
