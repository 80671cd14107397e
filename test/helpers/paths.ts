import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, seen from `build/test/helpers/`. */
const root = new URL('../../../', import.meta.url);

/** One of the programs under test. */
export type Program = 'lsdistcc' | 'distcc' | 'distccd' | 'distccmon-text';

/** `dist/bin` where the single-file executable is under test (`npm run test:bin`), and not the scripts. */
const binFolder = process.env['LSDISTCC_BIN'];

/** Whether the single-file executable is under test. */
export const isExecutableTested = binFolder !== undefined;

/** The file of one of our programs: a script, or a link that leads to the executable. */
export function programFile(program: Program): string {
  if (binFolder !== undefined) return path.resolve(fileURLToPath(root), binFolder, program);
  return fileURLToPath(new URL(`build/src/cli/${program}.js`, root));
}

/** The words that start one of our programs. */
export function commandOf(program: Program): readonly [string, ...string[]] {
  const file = programFile(program);
  return isExecutableTested ? [file] : [process.execPath, file];
}

/** A compiler of `test/fixtures/`, by name: `cc-slow`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`test/fixtures/${name}.sh`, root));
}
