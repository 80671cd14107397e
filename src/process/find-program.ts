import fs from 'node:fs';
import path from 'node:path';

/** The folders of a PATH; an empty element is the working folder, as for execvp(3). */
export function splitPath(searchPath: string): string[] {
  return searchPath.split(':').map((folder) => (folder === '' ? '.' : folder));
}

/**
 * The first executable of that name.
 * @returns its path, or undefined
 */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/** Whether a path is a file that we may execute. */
export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether a path is a link that leads to distcc, or to the executable that is called lsdistcc and acts by
 * its name: a compiler's name that is no compiler.
 */
export function isMasquerade(file: string): boolean {
  try {
    const target = path.basename(fs.realpathSync(file));
    return /^(ls)?distcc(\.[cm]?js)?$/.test(target);
  } catch {
    return false;
  }
}
