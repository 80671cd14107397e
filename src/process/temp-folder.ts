import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { IoError } from '../errors/index.ts';
import { codeOf } from '../net/index.ts';

const folders = new Set<string>();
let isWatchingExit = false;

/** A private folder (mode 0700) that goes away with its owner. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Make a folder under `$TMPDIR`; it is removed by `remove()`, or at the latest when this process ends.
 * @param prefix - begins its name: `distccd_`
 * @throws {IoError} when the folder cannot be made
 */
export async function makeTempFolder(prefix: string): Promise<TempFolder> {
  const made = await make(path.join(os.tmpdir(), prefix));
  folders.add(made);
  if (!isWatchingExit) process.on('exit', removeAll);
  isWatchingExit = true;
  const remove = async (): Promise<void> => {
    await fs.promises.rm(made, { recursive: true, force: true });
    folders.delete(made);
  };
  return { path: made, remove, [Symbol.asyncDispose]: remove };
}

async function make(prefix: string): Promise<string> {
  try {
    return await fs.promises.mkdtemp(prefix);
  } catch (cause) {
    const message = `Cannot make a temporary folder "${prefix}XXXXXX": ${codeOf(cause)}`;
    throw new IoError(message, { cause });
  }
}

function removeAll(): void {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
}
