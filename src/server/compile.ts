import fs from 'node:fs';
import path from 'node:path';
import { isNamedGcc, serverWords } from '../compiler/index.ts';
import type { RemoteScan } from '../compiler/index.ts';
import { codeOf, IoError, TimeoutError } from '../errors/index.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { makeTempFolder } from '../process/index.ts';
import type { ChildResult } from '../process/index.ts';
import { exitStatus } from '../protocol/index.ts';
import type { CompileResponse, PlainRequest } from '../protocol/index.ts';
import type { CompilerLimits, RunCompiler } from './run-compiler.ts';

/** More text than this from a compiler's standard output and error ends the job. */
export const MAX_DIAGNOSTIC_BYTES = 64 * 1024 * 1024;

/** What {@link compile} needs to know of an admitted job. */
export interface CompileOptions {
  /** The path of the compiler that runs. */
  readonly compiler: string;
  /** Words that come after those of the scan. */
  readonly extraWords: readonly string[];
  /** 0 is no limit. */
  readonly lifetimeMs: number;
  readonly limits: CompilerLimits;
  readonly run: RunCompiler;
  /** Aborted when the client goes away or the daemon stops. */
  readonly signal: AbortSignal;
}

/**
 * Run one admitted job in a folder of its own.
 * @throws {IoError} when the folder or the source cannot be written
 */
export async function compile(
  request: PlainRequest,
  scan: RemoteScan,
  options: CompileOptions,
): Promise<CompileResponse> {
  options.signal.throwIfAborted();
  await using folder = makeTempFolder('distccd_');
  const base = path.basename(scan.source, scan.sourceExtension);
  const input = `${base}${scan.preprocessedExtension}`;
  const output = `${base}${scan.stage === 'object' ? '.o' : '.s'}`;
  await writeSource(path.join(folder.path, input), request.source);
  const { compiler } = options;
  const [, ...args] = serverWords(scan, { compiler, input, output });
  const result = await runCompiler([...args, ...options.extraWords], {
    ...options,
    cwd: folder.path,
    temporary: folder.path,
  });
  const object = result.status === 0 ? await readOutput(path.join(folder.path, output)) : empty;
  return { version: request.version, ...result, object };
}

/** Where {@link runCompiler} runs. */
export interface RunCompilerOptions extends CompileOptions {
  readonly cwd: string;
  /** For the compiler's own temporary files. */
  readonly temporary: string;
}

/**
 * Run a compiler in a process group of its own, and end the group with it.
 * @throws {TimeoutError} when it runs longer than a job may
 * @throws {IoError} when it writes too much text
 */
export async function runCompiler(
  args: readonly string[],
  options: RunCompilerOptions,
): Promise<ChildResult> {
  const { compiler, cwd, temporary, lifetimeMs, limits, run, signal } = options;
  signal.throwIfAborted();
  const ending = new AbortController(); // AbortSignal.timeout would live on for as long as it may last
  const takeBack = onAbort(signal, () => {
    ending.abort(reasonOf(signal));
  });
  const late = (): void => {
    ending.abort(new TimeoutError(`The compiler ran longer than ${lifetimeMs} ms`));
  };
  const timer = lifetimeMs > 0 ? setTimeout(late, lifetimeMs) : undefined;
  try {
    return await run(compiler, [...args, ...pipeWords(compiler)], {
      cwd,
      env: jobEnvironment(temporary),
      limits,
      maxOutputBytes: MAX_DIAGNOSTIC_BYTES,
      signal: ending.signal,
    });
  } finally {
    clearTimeout(timer);
    takeBack();
  }
}

/**
 * gcc assembles while it still compiles: the same object, sooner, and no assembly in a file. Whatever else is
 * called `cc` knows the word too.
 */
function pipeWords(compiler: string): string[] {
  return /^(?:cc|c\+\+)$/.test(path.basename(compiler)) || isNamedGcc(compiler) ? ['-pipe'] : [];
}

/**
 * What is larger is written and read by another thread, so that nobody waits for it; for the rest,
 * that other thread would cost more processor time than the work (0.3 ms for each file).
 */
const SMALL_BYTES = 256 * 1024;

async function writeSource(file: string, source: Uint8Array): Promise<void> {
  try {
    if (source.length <= SMALL_BYTES) fs.writeFileSync(file, source);
    else await fs.promises.writeFile(file, source);
  } catch (cause) {
    throw new IoError(`Cannot write the source: ${codeOf(cause)}`, { cause });
  }
}

const empty = new Uint8Array(0);

/**
 * What a compiler wrote; one that ends well and writes nothing gives an empty object (fact sheet 1.4).
 * @throws {IoError} when it is no file, which could keep us waiting or have no end
 */
export async function readOutput(file: string): Promise<Uint8Array> {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return empty;
  if (!stat.isFile())
    throw new IoError('Cannot read the output: the compiler made something else than a file');
  return stat.size <= SMALL_BYTES ? fs.readFileSync(file) : await fs.promises.readFile(file);
}

/** Nothing of the daemon's own environment but where programs are and how messages look. */
function jobEnvironment(folder: string): NodeJS.ProcessEnv {
  const kept = ['LANG', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES'];
  const env = Object.fromEntries(kept.map((name) => [name, process.env[name]]));
  const searchPath = process.env['DISTCCD_PATH'] ?? process.env['PATH'];
  return { ...env, PATH: searchPath, TMPDIR: folder, _DISTCC_SAFEGUARD: '1' };
}

/**
 * The answer of a job that did not get as far as a compiler's own answer.
 * @param exitCode - one of distcc's: 110 for a refusal
 */
export function failure(
  version: CompileResponse['version'],
  exitCode: number,
  reason: string,
): CompileResponse {
  const stderr = new TextEncoder().encode(`distccd: ${reason}\n`);
  return { version, status: exitStatus(exitCode), stderr, stdout: empty, object: empty };
}
