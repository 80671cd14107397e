import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A page of the repository, seen from `build/test/docs/`: `docs/verdicts.md`. */
export function readDoc(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');
}

/** The text between a heading and the next one of the same level or above. */
export function sectionOf(page: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const [, after] = `\n${page}`.split(`\n${heading}\n`);
  if (after === undefined) throw new RangeError(`The page has no heading "${heading}"`);
  return after.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? '';
}

/** The rows of the first table whose head begins with `column`; cells without their backticks. */
export function tableOf(section: string, column: string): string[][] {
  const lines = section.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${column} |`));
  if (head === -1) throw new RangeError(`No table begins with the column "${column}"`);
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? undefined : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  const cells = line.slice(1, -1).split(/(?<!\\)\|/);
  return cells.map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|'));
}
