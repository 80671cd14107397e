import { readFlags } from '../program.ts';
import type { OptionRow } from '../program.ts';

/** The first line of each file of completions. */
export const HEADER = '# Made by "npm run docs": change the tables in src/cli and run it again.';

/** An option as it is typed: `-r` and `--port`. */
export function dashed(row: OptionRow): string[] {
  const { letter, long } = readFlags(row);
  return [...(letter === undefined ? [] : [`-${letter}`]), ...(long === undefined ? [] : [long])];
}
