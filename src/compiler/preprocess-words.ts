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

function dependencyWords(scan: RemoteScan): string[] {
  if (!scan.isOutputGiven) return [];
  // clang's driver reads this as -MD -MF FILE; gcc's does not look at words inside -Wp.
  const isTranslated = isNamedClang(scan.compiler) && has(scan.options, /^-Wp,-MM?D,/);
  if (isTranslated) return has(scan.options, /^-M[TQ]/) ? [] : ['-MQ', scan.output];
  if (!has(scan.options, /^-MM?D$/)) return [];
  const file = has(scan.options, /^-MF/) ? [] : ['-MF', dependencyFile(scan.output)];
  // gcc hands its default target on with -MQ, which quotes what make would read as its own.
  const target = has(scan.options, /^-M[TQ]/) ? [] : ['-MQ', scan.output];
  return [...file, ...target];
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
