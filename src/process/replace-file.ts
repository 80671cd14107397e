import fs from 'node:fs';
import path from 'node:path';

/**
 * Replace a small file of `$DISTCC_DIR` in one step: its readers see the old text or the new one. The
 * folder and the one above it are made when they are missing.
 * @param options - `mode`: who may read it, less the umask
 * @throws the system's error; no temporary file is left
 */
export function replaceFile(file: string, text: string, options: { mode?: number } = {}): void {
  makePrivateFolder(path.dirname(file));
  replaceInOneStep(file, text, options);
}

/**
 * Replace a file of a folder that is there: its readers see the old text or the new one.
 * @param options - `mode`: who may read it, less the umask
 * @throws the system's error; no temporary file is left
 */
export function replaceInOneStep(file: string, text: string, { mode = 0o666 } = {}): void {
  // In containers that share a folder every process may have the same number.
  const unique = `${process.pid}.${Math.random().toString(36).slice(2)}`;
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${unique}.tmp`);
  try {
    fs.writeFileSync(temporary, text, { mode });
    fs.renameSync(temporary, file);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** Remove a file where that can be done; `force` alone still throws in a folder one may not enter. */
export function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // there is nothing that could be done about it
  }
}

/**
 * Make a folder of `$DISTCC_DIR` (mode 0700), and that one, where they are missing.
 * @throws the system's error
 */
export function makePrivateFolder(folder: string): void {
  // Not "recursive": where the system says ENOENT below a folder that is there (/proc), Node 20 never ends.
  makeFolder(path.dirname(folder));
  makeFolder(folder);
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
