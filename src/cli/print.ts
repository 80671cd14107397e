import { IoError, StoppedError } from '../errors/index.ts';
import { writeOut } from '../process/index.ts';

/**
 * Print on standard output, all of it before going on: for those who have nothing else to do meanwhile.
 * @throws {StoppedError} when nobody reads it: `lsdistcc … | head -1`, or a terminal that is gone
 * @throws {IoError} when it cannot be written
 */
export function print(text: string): void {
  const fault = writeOut(1, text);
  if (fault === 'EPIPE' || fault === 'EIO') throw new StoppedError('SIGPIPE');
  if (fault !== undefined) throw new IoError(`Cannot write the output: ${fault}`);
}
