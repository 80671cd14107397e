import fs from 'node:fs';
import { exposeSystemMacros, preprocessWords } from '../compiler/index.ts';
import type { RemoteScan } from '../compiler/index.ts';
import { openScratchFile } from '../process/index.ts';
import { compilerEnvironment } from './local.ts';
import type { LocalOptions } from './local.ts';
import { runCompiler } from './run-compiler.ts';

/** The text that a server compiles. */
export interface Preprocessed {
  readonly text: Uint8Array;
  /** What the preprocessor said, warnings mostly. */
  readonly stderr: Uint8Array;
}

/**
 * Run the preprocessor here, or read a source that is preprocessed already.
 * @returns undefined when the preprocessor failed: the whole command, run here, says why, and once
 * @throws {CompilerMissingError} when there is no such compiler
 */
export async function preprocess(
  scan: RemoteScan,
  options: LocalOptions,
): Promise<Preprocessed | undefined> {
  if (scan.isPreprocessed) return readSource(scan.source);
  const [compiler = '', ...args] = preprocessWords(scan);
  using scratch = openScratchFile();
  const result = await runCompiler(compiler, args, {
    stdin: 'inherit', // a source may include /dev/stdin
    stdout: scratch?.descriptor ?? 'pipe',
    stderr: 'pipe',
    env: compilerEnvironment(compiler, options.env),
    signal: options.signal,
  });
  if (result.status !== 0) return undefined;
  const text = scratch?.read() ?? result.stdout;
  exposeSystemMacros(text);
  return { text, stderr: result.stderr };
}

function readSource(file: string): Preprocessed | undefined {
  try {
    return { text: fs.readFileSync(file), stderr: new Uint8Array(0) };
  } catch {
    return undefined; // the compiler's own message about it is the best one
  }
}
