import fs from 'node:fs';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';
import { replaceInOneStep } from '../process/index.ts';

/**
 * Replace a list in one step, unless it is so already: its readers see the old one or the new one. A link
 * stays one: what it leads to is replaced.
 * @throws {IoError} when that cannot be done, or FILE is a device, a pipe or a folder
 */
export function replaceList(file: string, text: string): void {
  try {
    const target = readLinks(file);
    if (fs.existsSync(target) && isSame(target, text)) return;
    replaceInOneStep(target, text);
  } catch (cause) {
    if (cause instanceof IoError) throw cause;
    throw new IoError(`Cannot write the list "${file}": ${codeOf(cause)}`, { cause });
  }
}

/** One that leads nowhere yet is followed as well. */
function readLinks(file: string): string {
  if (fs.existsSync(file)) return fs.realpathSync(file);
  const isLink = fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? path.resolve(path.dirname(file), fs.readlinkSync(file)) : file;
}

/** To rename a file onto /dev/null would take that from everybody, and to read a pipe would wait for ever. */
function isSame(file: string, text: string): boolean {
  if (fs.statSync(file).isFile()) return fs.readFileSync(file, 'utf8') === text;
  throw new IoError(`Cannot write the list "${file}": it is no file that can be replaced`);
}
