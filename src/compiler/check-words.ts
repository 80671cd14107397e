import { withoutDependencies } from './dependency-words.ts';
import { wordsOf } from './read-command.ts';
import type { RemoteScan } from './scan-command.ts';

/** How far a compiler goes when it is run for its messages alone. */
export interface CheckDepth {
  readonly isClang: boolean;
  /** What it said so far. */
  readonly said: Uint8Array;
  /** Whether it is to colour what it says though it does not write to a terminal. */
  readonly isColoured: boolean;
}

/**
 * The command that makes a compiler say what it says of a source, and write nothing. clang says nearly
 * all from its front end. gcc finds some only behind it: those come from the first passes, which are
 * all that run for `-flto` (0.44 of a whole compilation's time, measured with leveldb; the front end
 * alone: 0.22).
 */
export function checkWords(scan: RemoteScan, { isClang, said, isColoured }: CheckDepth): string[] {
  const options = scan.options.filter(({ name }) => !/^-(?:[cS]$|o)/.test(name));
  const isDeep = !isClang && saysLate(said);
  return [
    scan.compiler,
    ...options.flatMap(withoutDependencies).flatMap(wordsOf),
    ...(isColoured ? ['-fdiagnostics-color=always'] : []),
    ...(isDeep ? ['-flto', '-S', '-o', '/dev/null'] : ['-fsyntax-only']),
    scan.source,
  ];
}

/**
 * Are warnings asked for by name that only who has the source can give? They are about comments, macros
 * and indentation; a host says nothing of them.
 */
export function wantsSource({ options }: RemoteScan): boolean {
  return options.some(({ name }) => sourceWarnings.test(name));
}

const sourceWarnings =
  /^-W(?:error=)?(?:documentation|multistatement-macros|misleading-indentation|unused-macros|everything)/;

/** Warnings of gcc that need more than its front end, and no optimizer. */
function saysLate(said: Uint8Array): boolean {
  return /-W(?:return-type|uninitialized|unused-(?:function|variable|const-variable))/.test(
    Buffer.from(said).toString('latin1'),
  );
}
