import fs from 'node:fs';
import { exitCodeOf } from '../protocol/index.ts';
import { compilerEnvironment } from './local.ts';
import type { LocalOptions } from './local.ts';
import { runCompiler } from './run-compiler.ts';

/** What Node puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\uFFFD';

/** Whether a word lost bytes on its way into this program: it cannot be sent, nor handed on as it is. */
export function hasLostBytes(words: readonly (string | undefined)[]): boolean {
  return words.some((word) => word?.includes(REPLACEMENT) === true);
}

/** Variables in which compilers read names of files, but for PATH and TMPDIR, which we read too. */
const FILE_VARIABLES = [
  ...['CPATH', 'C_INCLUDE_PATH', 'CPLUS_INCLUDE_PATH', 'OBJC_INCLUDE_PATH', 'LIBRARY_PATH'],
  ...['DEPENDENCIES_OUTPUT', 'SUNPRO_DEPENDENCIES'],
];

/** Whether that happened to a command, or to a variable that names files to a compiler. */
export function isRawCommand(words: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return hasLostBytes(words) || hasLostBytes(FILE_VARIABLES.map((name) => env[name]));
}

/**
 * Run a command whose words or variables are not UTF-8 on this machine, with the bytes that the kernel kept.
 * @param words - the command; as many last words of this process are its arguments
 * @throws {CompilerMissingError} when there is no such compiler
 */
export async function runRawLocally(
  words: readonly string[],
  options: LocalOptions,
): Promise<number> {
  const [compiler = '', ...rest] = words;
  const own = readStrings('/proc/self/cmdline');
  const args = own.slice(own.length - rest.length);
  // A shell hands bytes on as they are; the x keeps line ends that $(…) would cut off.
  const lines = [
    ...args.map((word) => `a=$(printf '${octal(word)}x'); set -- "$@" "\${a%x}"`),
    ...readStrings('/proc/self/environ').flatMap((text) => {
      const name = FILE_VARIABLES.find((each) => text.startsWith(`${each}=`));
      return name ? [`a=$(printf '${octal(text)}x'); export "\${a%x}"`] : [];
    }),
  ];
  const script = `compiler=$1; shift\n${lines.join('\n')}\nexec "$compiler" "$@"`;
  const result = await runCompiler('/bin/sh', ['-c', script, 'distcc', compiler], {
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
    env: { ...compilerEnvironment(compiler, options.env) },
    signal: options.signal,
  });
  return exitCodeOf(result.status);
}

/** What the kernel keeps of this process, a character for each byte. */
function readStrings(file: string): string[] {
  return fs.readFileSync(file, 'latin1').split('\0').slice(0, -1);
}

function octal(word: string): string {
  const bytes = [...Buffer.from(word, 'latin1')];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
