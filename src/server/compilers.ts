import fs from 'node:fs';
import path from 'node:path';
import { isCompilerName } from '../compiler/index.ts';
import { CompilerMissingError } from '../errors/index.ts';
import { findProgram, isExecutable, isMasquerade } from '../process/index.ts';

/** Where Debian's update-distcc-symlinks lists the compilers that may run (fact sheet 5.4). */
export const ALLOW_FOLDERS = ['/usr/lib/distcc', '/usr/local/lib/distcc'] as const;

/** The compilers that a daemon runs. */
export interface Compilers {
  readonly names: readonly string[];
  /**
   * @param word - the first word of a command: a name, or a path whose base name decides
   * @returns the path of the program to run, or undefined when it may not run
   */
  locate(word: string): string | undefined;
}

/** Where {@link findCompilers} looks. */
export interface CompilerSearch {
  /** The daemon's PATH, as folders. */
  readonly folders: readonly string[];
  /** `--allow-compiler`: names, or paths of compilers outside of PATH. */
  readonly allowed: readonly string[];
  /** `--enable-tcp-insecure`: any program may run as a compiler. */
  readonly allowsAny: boolean;
}

/**
 * Every compiler a client may ask for: those of the PATH, masquerade links left out, those named by
 * `--allow-compiler`, and those the administrator listed in {@link ALLOW_FOLDERS}.
 * @throws {CompilerMissingError} when a compiler named by `--allow-compiler` is not there
 */
export function findCompilers(search: CompilerSearch): Compilers {
  const { folders, allowed, allowsAny } = search;
  const table = new Map<string, string>();
  for (const name of allowed) table.set(path.basename(name), locateAllowed(name, folders));
  for (const folder of folders) {
    for (const name of listFolder(folder)) {
      if (isCompilerName(name)) addFirst(table, name, path.resolve(folder, name));
    }
  }
  for (const name of ALLOW_FOLDERS.flatMap(listFolder)) {
    const file = findReal(name, folders);
    if (file !== undefined) addFirst(table, name, file);
  }
  const locate = (word: string): string | undefined =>
    table.get(path.basename(word)) ?? (allowsAny ? locateAny(word, folders) : undefined);
  return { names: [...table.keys()], locate };
}

/** A path that is there, else its base name on the PATH (fact sheet 5.4); else it fails when it runs. */
function locateAny(word: string, folders: readonly string[]): string {
  if (path.isAbsolute(word) && isExecutable(word)) return word;
  return findReal(path.basename(word), folders) ?? word;
}

function addFirst(table: Map<string, string>, name: string, file: string): void {
  if (table.has(name) || isMasquerade(file) || !isExecutable(file)) return;
  table.set(name, file);
}

function listFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // a PATH may name folders that are not there
  }
}

function findReal(name: string, folders: readonly string[]): string | undefined {
  const real = folders.filter((folder) => !isMasquerade(path.join(folder, name)));
  return findProgram(name, real);
}

function locateAllowed(name: string, folders: readonly string[]): string {
  const file = name.includes('/') ? path.resolve(name) : findReal(name, folders);
  if (file === undefined || !isExecutable(file)) {
    throw new CompilerMissingError(`Cannot allow the compiler "${name}": no such program`);
  }
  return file;
}
