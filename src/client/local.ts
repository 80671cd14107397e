import { isTerminal, moreDescriptors, writeOut } from '../process/index.ts';
import { exitCodeOf } from '../protocol/index.ts';
import { unmasqueradedPath } from './masquerade.ts';
import { runCompiler } from './run-compiler.ts';

/** How a compiler is run on this machine. */
export interface LocalOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Run the command here, as if distcc were not in front of it.
 * @returns the compiler's exit code, or 128 plus the signal that ended it
 * @throws {CompilerMissingError} when there is no such compiler
 */
export async function runLocally(words: readonly string[], options: LocalOptions): Promise<number> {
  const [compiler = '', ...args] = words;
  // Messages of parallel compilations do not mix; on a terminal compilers see to that themselves.
  const isInOnePiece = args.some((word) => word === '-c' || word === '-S') && !isTerminal(2);
  const result = await runCompiler(compiler, args, {
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: isInOnePiece ? 'pipe' : 'inherit',
    descriptors: moreDescriptors(words, options.env),
    env: compilerEnvironment(compiler, options.env),
    signal: options.signal,
  });
  writeOut(2, result.stderr);
  return exitCodeOf(result.status);
}

/** What a compiler sees: a PATH that leads to the real one, and the mark that distcc stands above. */
export function compilerEnvironment(compiler: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const level = Number.parseInt(env['_DISTCC_SAFEGUARD'] ?? '0', 10) || 0;
  const searchPath = env['PATH'];
  return {
    ...env,
    // Without a PATH the system searches its own folders; with an empty one, the working folder.
    ...(searchPath !== undefined && { PATH: unmasqueradedPath(compiler, searchPath) }),
    _DISTCC_SAFEGUARD: String(Math.min(9, level + 1)),
  };
}
