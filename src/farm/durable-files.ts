import fs from 'node:fs';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';

/**
 * Names of files and folders that were begun, each with its process: whoever died over one left nothing that
 * counts. The final name is not in it: that may be as long as a name can be.
 */
const BEGUN = '.distcc-farm-begun-';

/** One file of a folder that is made whole. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
  /** For its owner alone. */
  readonly isSecret?: boolean;
}

/**
 * Write a file so that after a loss of power it is there whole, or is what it was before.
 * @throws {IoError} when it cannot be written whole: it is what it was before
 */
export function writeDurably(folder: string, file: NewFile): void {
  const begun = path.join(folder, `${BEGUN}${process.pid}`);
  const place = path.join(folder, file.name);
  finish(begun, place, () => {
    writeThrough(begun, file);
    fs.renameSync(begun, place);
    syncFolder(folder);
  });
}

/** What a folder has beside its files. */
export interface FolderOptions {
  /** For its owner alone; secret files are in any case. */
  readonly isSecret?: boolean;
  /** Empty ones within. */
  readonly subfolders?: readonly string[];
}

/**
 * Make a folder with all of its files, or nothing at all.
 * @throws {IoError} when it cannot be made, or is there already and not empty
 */
export function publishFolder(
  folder: string,
  files: readonly NewFile[],
  { isSecret = false, subfolders = [] }: FolderOptions = {},
): void {
  const parent = path.dirname(folder);
  const begun = path.join(parent, `${BEGUN}${process.pid}`);
  finish(begun, folder, () => {
    fs.mkdirSync(parent, { recursive: true });
    removeBegun(parent);
    fs.rmSync(begun, { recursive: true, force: true });
    fs.mkdirSync(begun, { mode: isSecret ? 0o700 : 0o755 });
    for (const file of files) writeThrough(path.join(begun, file.name), file);
    for (const name of subfolders) fs.mkdirSync(path.join(begun, name));
    syncFolder(begun);
    fs.renameSync(begun, folder);
    syncFolder(parent);
  });
}

/** Do what makes a file or folder; where that fails, nothing of it stays. */
function finish(begun: string, place: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    discard(begun);
    throw new IoError(`Cannot write "${place}": ${codeOf(cause)}`, { cause });
  }
}

function discard(begun: string): void {
  try {
    fs.rmSync(begun, { recursive: true, force: true });
  } catch {
    // what stays is none that counts; why nothing could be made is told
  }
}

/** Nobody is at one small folder for so long. */
const STALE_MS = 60_000;

/** A folder that was never finished may hold a key. */
function removeBegun(parent: string): void {
  for (const name of fs.readdirSync(parent).filter((each) => each.startsWith(BEGUN))) {
    const stat = fs.statSync(path.join(parent, name), { throwIfNoEntry: false });
    if (stat === undefined || Date.now() - stat.mtimeMs < STALE_MS) continue;
    fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

/** What stands in a folder, without what was begun and never became anything. */
export function listFinished(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => !name.startsWith(BEGUN))
    .sort();
}

function writeThrough(file: string, { text, isSecret = false }: NewFile): void {
  fs.rmSync(file, { force: true });
  const descriptor = fs.openSync(file, 'wx', isSecret ? 0o600 : 0o644);
  try {
    fs.writeFileSync(descriptor, text); // all of it: a disk that gets full takes a part of one write(2)
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** The name of a file is safe when its folder is. */
function syncFolder(folder: string): void {
  const descriptor = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
