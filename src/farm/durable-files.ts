import fs from 'node:fs';
import path from 'node:path';

/** Names of files and folders that were begun: whoever died over one left nothing that counts. */
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
 * @throws the system's error
 */
export function writeDurably(folder: string, file: NewFile): void {
  const begun = path.join(folder, `${BEGUN}${process.pid}-${file.name}`);
  writeThrough(begun, file);
  fs.renameSync(begun, path.join(folder, file.name));
  syncFolder(folder);
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
 * @throws the system's error: EEXIST or ENOTEMPTY when there is such a folder, and it is not empty
 */
export function publishFolder(
  folder: string,
  files: readonly NewFile[],
  { isSecret = false, subfolders = [] }: FolderOptions = {},
): void {
  const parent = path.dirname(folder);
  const begun = path.join(parent, `${BEGUN}${process.pid}-${path.basename(folder)}`);
  fs.mkdirSync(parent, { recursive: true });
  removeBegun(parent);
  fs.rmSync(begun, { recursive: true, force: true });
  fs.mkdirSync(begun, { mode: isSecret ? 0o700 : 0o755 });
  try {
    for (const file of files) writeThrough(path.join(begun, file.name), file);
    for (const name of subfolders) fs.mkdirSync(path.join(begun, name));
    syncFolder(begun);
    fs.renameSync(begun, folder);
    syncFolder(parent);
  } catch (error) {
    fs.rmSync(begun, { recursive: true, force: true });
    throw error;
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
    fs.writeSync(descriptor, text);
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
