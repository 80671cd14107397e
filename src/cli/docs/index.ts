import { distccProgram } from '../distcc-program.ts';
import { distccdProgram } from '../distccd-program.ts';
import { distccmonTextProgram } from '../distccmon-text-program.ts';
import { lsdistccProgram } from '../lsdistcc-program.ts';
import { renderBash } from './bash.ts';
import { renderFish } from './fish.ts';
import { renderManual } from './manual.ts';
import { updateReadme } from './readme.ts';
import { renderZsh } from './zsh.ts';

/** The programs of the suite. */
export const programs = [
  lsdistccProgram,
  distccProgram,
  distccdProgram,
  distccmonTextProgram,
] as const;

/**
 * Everything that is made from the programs' tables, by its place in the repository.
 * @param readme - README.md as it is; only its usage and tables change
 * @throws {RangeError} when the page lacks a table
 */
export function renderDocs(readme: string): Map<string, string> {
  const names = programs.map(({ name }) => name);
  const files = programs.flatMap((program) => [
    [`docs/man/${program.name}.1`, renderManual(program, names)] as const,
    [`docs/completions/${program.name}.bash`, renderBash(program)] as const,
    [`docs/completions/_${program.name}`, renderZsh(program)] as const,
    [`docs/completions/${program.name}.fish`, renderFish(program)] as const,
  ]);
  return new Map([['README.md', updateReadme(readme, programs)], ...files]);
}
