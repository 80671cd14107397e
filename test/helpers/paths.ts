import { fileURLToPath } from 'node:url';

/** The repository's root, seen from `build/test/helpers/`. */
const root = new URL('../../../', import.meta.url);

/** One of the programs under test. */
export type Program = 'lsdistcc' | 'distcc' | 'distccd' | 'distccmon-text';

/** The script of one of our programs. */
export function scriptOf(program: Program): string {
  return fileURLToPath(new URL(`build/src/cli/${program}.js`, root));
}

/** A compiler of `test/fixtures/`, by name: `cc-slow`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`test/fixtures/${name}.sh`, root));
}
