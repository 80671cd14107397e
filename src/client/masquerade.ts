import path from 'node:path';
import { isMasquerade, splitPath } from '../process/index.ts';

/**
 * The name of the compiler that distcc was called by, when it was called by a link with a compiler's
 * name (distcc(1), MASQUERADING).
 * @param invokedAs - argv[0], or the script's path
 */
export function findMasqueradedCompiler(invokedAs: string): string | undefined {
  const name = path.basename(invokedAs).replace(/\.[cm]?js$/, '');
  return name.includes('distcc') ? undefined : name;
}

/**
 * A PATH on which the compiler's name leads to the compiler: the folders where it is a link to distcc
 * are left out.
 * @param compiler - a name; a path with `/` needs no search
 */
export function unmasqueradedPath(compiler: string, searchPath: string): string {
  if (compiler.includes('/')) return searchPath;
  return splitPath(searchPath)
    .filter((folder) => !isMasquerade(path.join(folder, compiler)))
    .join(':');
}
