import { discoverPattern } from '../../src/discovery/index.ts';
import { collect, makeOptions } from './collect.ts';
import { makeFakeResolver } from './fake-resolver.ts';
import type { Fate } from './fake-resolver.ts';

/** `h1`, `h2` … */
export function namesTo(count: number, start = 1): string[] {
  return Array.from({ length: count }, (_, index) => `h${start + index}`);
}

/** Enumerates `h%d` with a fake resolver. */
export function discover(
  fateOf: (name: string) => Fate,
  options: { start?: number; gap?: number } = {},
) {
  const resolver = makeFakeResolver(fateOf);
  const all = makeOptions({ resolver, ...options });
  return { resolver, warnings: all.warnings, done: collect(discoverPattern('h%d', all)) };
}
