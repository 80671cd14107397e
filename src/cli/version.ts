/** The version of the suite; a test keeps it equal to package.json's. */
export const VERSION = '0.1.0';

/** The two lines that distcc's programs begin their version with (fact sheet 4.9). */
export function formatVersion(program: string): string {
  const machine = process.arch === 'x64' ? 'x86_64' : process.arch;
  return [
    `${program} ${VERSION} ${machine}-${process.platform}`,
    `  (protocols ${program === 'distcc' ? '1 and 2' : '1, 2 and 3'}) (default port 3632)`,
    '',
  ].join('\n');
}
