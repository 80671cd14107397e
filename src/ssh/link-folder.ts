import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';

/** Begins the names of our folders. */
const PREFIX = 'ssh-';

/** A socket's path has 107 bytes (unix(7)); ssh makes one with 17 more for a moment. */
const MAX_FOLDER_CHARS = 80;

/** ssh takes `%`, `$`, `:` and blanks in a path for something of its own. */
const isPlain = /^\/[\w/.+-]*$/;

const folders = new Set<string>();
let isWatchingExit = false;

/**
 * A private folder for the sockets of one link.
 * @param parent - where it is to be, when the path is short and simple enough
 * It goes with {@link removeLinkFolder}, or at the latest when this process ends.
 * @throws {IoError} when it cannot be made
 */
export function makeLinkFolder(parent: string | undefined): string {
  const wanted = [parent, os.tmpdir(), '/tmp'].filter((each) => each !== undefined);
  const fit = wanted.filter((each) => each.length <= MAX_FOLDER_CHARS && isPlain.test(each));
  const prefix = path.join(fit[0] ?? '/tmp', PREFIX);
  try {
    const folder = fs.mkdtempSync(prefix);
    folders.add(folder);
    if (!isWatchingExit) process.on('exit', removeAll);
    isWatchingExit = true;
    return folder;
  } catch (cause) {
    throw new IoError(`Cannot make a folder "${prefix}XXXXXX": ${codeOf(cause)}`, { cause });
  }
}

/** Remove what a broker that was killed has left. */
export function sweepLinkFolders(parent: string): void {
  for (const name of fs.readdirSync(parent).filter((each) => each.startsWith(PREFIX))) {
    removeLinkFolder(path.join(parent, name));
  }
}

/** Never throws. */
export function removeLinkFolder(folder: string): void {
  folders.delete(folder);
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // there is nothing that could be done about it
  }
}

function removeAll(): void {
  for (const folder of folders) removeLinkFolder(folder);
}
