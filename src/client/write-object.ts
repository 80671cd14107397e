import fs from 'node:fs';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';

/**
 * Put an object in its place in one step: nobody ever sees half of it.
 * @param file - as the command line names it; what is there and is no regular file (`/dev/null`) is
 *   written in place
 * @throws {IoError} when it cannot be written; nothing is left behind then
 */
export function writeObject(file: string, object: Uint8Array): void {
  const temporary = path.join(path.dirname(file), `.distcc-${process.pid}-${Date.now()}.tmp`);
  const remove = (): void => {
    fs.rmSync(temporary, { force: true });
  };
  process.once('exit', remove);
  try {
    if (isSpecial(file)) {
      fs.writeFileSync(file, object);
      return;
    }
    fs.writeFileSync(temporary, object, { flag: 'wx', mode: 0o666 });
    fs.renameSync(temporary, file);
  } catch (cause) {
    remove();
    throw new IoError(`Cannot write "${file}": ${codeOf(cause)}`, { cause });
  } finally {
    process.off('exit', remove);
  }
}

function isSpecial(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === false;
}

/**
 * Is there something where compilers and assemblers treat it in different ways? A folder, a link, a
 * pipe or a full device, or assembly text that gcc would write into, keeping the file's mode and its other names.
 */
export function isOddPlace(file: string, stage: 'object' | 'assembly'): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isFile()) return file !== '/dev/null';
  if (stage === 'object') return false;
  return stat.nlink > 1 || (stat.mode & 0o711) !== 0o600; // not as gcc itself would have made it
}
