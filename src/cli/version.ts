import { IoError } from '../errors/index.ts';
import { writeOut } from '../process/index.ts';

/** The version of the suite; a test keeps it equal to package.json's. */
export const VERSION = '0.1.0';

/** Whether the version is all that a command line asks for: then nothing else need be loaded. */
export function asksForVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && argv[0] === '--version';
}

/**
 * Print the version on standard output.
 * @returns the exit code
 * @throws {IoError} when it cannot be written
 */
export function printVersion(program: string): number {
  const fault = writeOut(1, formatVersion(program));
  if (fault === undefined) return 0;
  throw new IoError(`Cannot write the output: ${fault}`);
}

/** The two lines that distcc's programs begin their version with (fact sheet 4.9). */
export function formatVersion(program: string): string {
  const machine = process.arch === 'x64' ? 'x86_64' : process.arch;
  return [
    `${program} ${VERSION} ${machine}-${process.platform}`,
    `  (protocols ${program === 'distcc' ? '1 and 2' : '1, 2 and 3'}) (default port 3632)`,
    '',
  ].join('\n');
}
