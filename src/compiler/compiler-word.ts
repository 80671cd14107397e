import { ArgumentError } from '../errors/index.ts';
import { isSourceName } from './source-names.ts';

/** Which compiler a command line of distcc names: the words begin with it in either case. */
export interface CompilerWord {
  /** `implicit`: no compiler was named, so it is `cc` (fact sheet 3.2). */
  readonly kind: 'explicit' | 'implicit';
  readonly words: readonly string[];
}

/**
 * Find the compiler in `distcc WORD…`: an option, a source or an object in its place means `cc`.
 * @param argv - what follows the program's own name
 * @throws {ArgumentError} when nothing follows
 */
export function findCompilerWord(argv: readonly string[]): CompilerWord {
  const first = argv[0];
  if (first === undefined)
    throw new ArgumentError('Cannot compile: wanted a compiler and its words');
  const isImplicit = first.startsWith('-') || isSourceName(first) || first.endsWith('.o');
  return isImplicit
    ? { kind: 'implicit', words: ['cc', ...argv] }
    : { kind: 'explicit', words: argv };
}
