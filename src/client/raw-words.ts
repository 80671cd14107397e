import fs from 'node:fs';
import { runChild } from '../process/index.ts';
import { exitCodeOf } from '../protocol/index.ts';
import { compilerEnvironment } from './local.ts';
import type { LocalOptions } from './local.ts';

/** What Node puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\uFFFD';

/** Whether a word lost bytes on its way into this program: it cannot be sent, nor handed on as it is. */
export function hasLostBytes(words: readonly string[]): boolean {
  return words.some((word) => word.includes(REPLACEMENT));
}

/**
 * Run a command whose words are not UTF-8 on this machine, with the bytes that the kernel kept.
 * @param words - the command; as many last words of this process are its arguments
 * @throws {CompilerMissingError} when there is no such compiler
 */
export async function runRawLocally(
  words: readonly string[],
  options: LocalOptions,
): Promise<number> {
  const [compiler = '', ...rest] = words;
  const own = fs.readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1);
  const args = own.slice(own.length - rest.length);
  // A shell hands bytes on as they are; the x keeps line ends that $(…) would cut off.
  const lines = args.map((word) => `a=$(printf '${octal(word)}x'); set -- "$@" "\${a%x}"`);
  const script = `compiler=$1; shift\n${lines.join('\n')}\nexec "$compiler" "$@"`;
  const result = await runChild('/bin/sh', ['-c', script, 'distcc', compiler], {
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
    env: { ...compilerEnvironment(compiler, options.env) },
    signal: options.signal,
  });
  return exitCodeOf(result.status);
}

function octal(word: string): string {
  const bytes = [...Buffer.from(word, 'latin1')];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
