import { checkWords, coversMessages, isClang, wantsSource } from '../compiler/index.ts';
import type { RemoteScan } from '../compiler/index.ts';
import { isTerminal } from '../process/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import { compilerEnvironment } from './local.ts';
import type { LocalOptions } from './local.ts';
import type { Preprocessed } from './preprocess.ts';
import { runCompiler } from './run-compiler.ts';

/** A job that a host has done. */
export interface DoneJob {
  readonly scan: RemoteScan;
  readonly preprocessed: Preprocessed;
  readonly response: CompileResponse;
}

/**
 * Are the messages of preprocessor and host not those of one compiler that has the source? A host has
 * no source lines to show, counts columns in another text and misses or imagines warnings about
 * macros and comments.
 */
export function isGarbled(job: DoneJob): boolean {
  const { response, preprocessed } = job;
  if (response.stderr.length > 0 || wantsSource(job.scan)) return true;
  // gcc's preprocessor alone says what it says in gcc; clang's counts its warnings.
  return preprocessed.stderr.length > 0 && (isClangs(job) || isTerminal(2));
}

/**
 * Let the compiler here say what it says of a source, without making an object.
 * @returns its messages; undefined when it does not tell of all that the host told of: then only a
 *   whole compilation can
 */
export async function diagnose(
  job: DoneJob,
  options: LocalOptions,
): Promise<Uint8Array | undefined> {
  const { scan, response } = job;
  const [compiler = '', ...args] = checkWords(scan, {
    isClang: isClangs(job),
    said: response.stderr,
    isColoured: isTerminal(2) && wantsColours(scan, options.env, isClangs(job)),
  });
  const { status, stderr } = await runCompiler(compiler, args, {
    stdout: 'pipe',
    stderr: 'pipe',
    env: compilerEnvironment(compiler, options.env),
    signal: options.signal,
  });
  return status === 0 && coversMessages(stderr, response.stderr) ? stderr : undefined;
}

function isClangs({ scan, preprocessed }: DoneJob): boolean {
  return isClang(scan.compiler, preprocessed.text);
}

/** What each compiler asks before it writes colours to a terminal. */
function wantsColours(scan: RemoteScan, env: NodeJS.ProcessEnv, isClangs: boolean): boolean {
  if (scan.options.some(({ name }) => /^-f(?:no-)?(?:diagnostics-)?color/.test(name))) return false;
  const { TERM: terminal = 'dumb', GCC_COLORS: colours } = env;
  return terminal !== 'dumb' && (isClangs || colours !== '');
}
