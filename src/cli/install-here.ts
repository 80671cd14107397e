import path from 'node:path';
import process from 'node:process';
import { installMasquerade } from '../client/install-masquerade.ts';
import { ArgumentError } from '../errors/index.ts';
import { invokedAs, isSingleFile } from '../process/index.ts';

/**
 * `distcc --install-masquerade DIR`: links to this distcc.
 * @returns what to tell
 * @throws {ArgumentError} when not exactly one folder is named
 * @throws {IoError} when the links cannot be made
 */
export function installHere(words: readonly string[]): string {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0) {
    throw new ArgumentError('Cannot make links: want --install-masquerade DIR');
  }
  const names = installMasquerade(folder, ownFile(), process.env['PATH'] ?? '');
  return `${names.length} links in ${path.resolve(folder)}: put it first on the PATH\n`;
}

/** The executable may have been called by a bare name, found on the PATH. */
function ownFile(): string {
  return isSingleFile()
    ? path.join(path.dirname(process.execPath), 'distcc')
    : path.resolve(invokedAs());
}
