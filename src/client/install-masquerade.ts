import fs from 'node:fs';
import path from 'node:path';
import { isCompilerName } from '../compiler/index.ts';
import { ArgumentError, codeOf, IoError } from '../errors/index.ts';
import { isExecutable, isMasquerade, splitPath } from '../process/index.ts';

/**
 * Make a folder of links to distcc, one for each compiler on the PATH. With the folder first on the
 * PATH every build uses distcc (distcc(1), MASQUERADING). What is there stays, but for links to another
 * distcc.
 * @param folder - made when it is missing
 * @param program - what the links lead to
 * @returns the names that are links to distcc now, sorted
 * @throws {ArgumentError} when there is no compiler on the PATH
 * @throws {IoError} when a link cannot be made
 */
export function installMasquerade(folder: string, program: string, searchPath: string): string[] {
  const names = findCompilerNames(searchPath);
  if (names.length === 0) {
    throw new ArgumentError('Cannot install links: there is no compiler on the PATH');
  }
  try {
    fs.mkdirSync(folder, { recursive: true });
    return names.filter((name) => linkTo(program, path.join(folder, name)));
  } catch (cause) {
    throw new IoError(`Cannot make links in "${folder}": ${codeOf(cause)}`, { cause });
  }
}

/** The names of compilers that are not distcc themselves. */
function findCompilerNames(searchPath: string): string[] {
  const files = splitPath(searchPath).flatMap((folder) =>
    namesIn(folder)
      .filter((name) => isCompilerName(name))
      .map((name) => path.join(folder, name)),
  );
  const compilers = files.filter((file) => isExecutable(file) && !isMasquerade(file));
  return [...new Set(compilers.map((file) => path.basename(file)))].sort();
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // a PATH may name what is not there
  }
}

/** @returns whether it is a link to distcc now: a file of another kind is not touched */
function linkTo(program: string, file: string): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !(stat.isSymbolicLink() && isMasquerade(file))) return false;
  if (stat !== undefined) fs.rmSync(file);
  fs.symlinkSync(program, file);
  return true;
}
