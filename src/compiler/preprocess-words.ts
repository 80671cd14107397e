import { isNamedClang } from './is-clang.ts';
import { wordsOf } from './read-command.ts';
import type { CommandOption } from './read-command.ts';
import type { RemoteScan } from './scan-command.ts';
import { baseName } from './source-names.ts';

/**
 * The command that preprocesses the source to standard output, compiler first. Without `-o` the
 * compiler would name the dependency file and its target after the source, so both are spelt out as
 * the whole command would have made them.
 */
export function preprocessWords(scan: RemoteScan): string[] {
  const options = scan.options.filter(({ name }) => !/^-(?:[cS]$|o)/.test(name));
  return [scan.compiler, ...options.flatMap(wordsOf), ...dependencyWords(scan), '-E', scan.source];
}

function dependencyWords({ compiler, options, output, isOutputGiven }: RemoteScan): string[] {
  if (!isOutputGiven) return [];
  // gcc hands its default target on with -MQ, which quotes what make would read as its own.
  const target = has(options, /^-M[TQ]/) ? [] : ['-MQ', output];
  // clang's driver reads these words of -Wp as -MD -MF FILE; gcc's does not look at them.
  if (isNamedClang(compiler) && has(options, /^-Wp,-MM?D,/)) return target;
  if (!has(options, /^-MM?D$/)) return [];
  return [...(has(options, /^-MF/) ? [] : ['-MF', dependencyFile(output)]), ...target];
}

function has(options: readonly CommandOption[], pattern: RegExp): boolean {
  return options.some((option) => pattern.test(option.name));
}

/** gcc replaces all from the last dot of the base name, even a leading one (measured, gcc 12). */
function dependencyFile(output: string): string {
  const base = baseName(output);
  const folder = output.slice(0, output.length - base.length);
  const dot = base.lastIndexOf('.');
  return `${folder}${dot < 0 ? base : base.slice(0, dot)}.d`;
}
