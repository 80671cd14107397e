import fs from 'node:fs';
import path from 'node:path';
import { scanCommand, serverWords } from '../compiler/index.ts';
import { StoppedError } from '../errors/index.ts';
import { makeTempFolder } from '../process/index.ts';
import { describeStatus } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { JobContext } from './job-context.ts';
import { compilerEnvironment } from './local.ts';
import { runCompiler } from './run-compiler.ts';
import type { Work } from './try-hosts.ts';

/**
 * Compile a job's text with the compiler of this machine as a host does: in a folder of its own, by the
 * words that were sent.
 * @param name - of the source, without what follows the last dot; absent: as on a host of ours
 * @returns undefined when it cannot be compiled here; the log says why
 */
export async function compileHere(
  { args, source }: Work,
  context: JobContext,
  name?: string,
): Promise<CompileResponse | undefined> {
  const scan = scanCommand(args);
  if (scan.kind === 'local') return undefined;
  const base = name ?? path.basename(scan.source, scan.sourceExtension);
  const input = `${base}${scan.preprocessedExtension}`;
  const output = `${base}${scan.stage === 'object' ? '.o' : '.s'}`;
  const compiler = scan.compiler.includes('/') ? path.resolve(scan.compiler) : scan.compiler;
  const env = {
    ...compilerEnvironment(scan.compiler, context.env),
    CCACHE_DISABLE: '1', // a cache may hold what a host once sent
  };
  const { log, signal } = context;
  try {
    await using folder = makeTempFolder('distcc_');
    fs.writeFileSync(path.join(folder.path, input), source);
    const [program = '', ...words] = serverWords(scan, { compiler, input, output });
    const result = await runCompiler(program, words, {
      ...{ cwd: folder.path, env, stdout: 'pipe', stderr: 'pipe', signal },
    });
    if (result.status === 0) {
      return { version: 1, ...result, object: fs.readFileSync(path.join(folder.path, output)) };
    }
    log('info', `the text cannot be compiled here: ${describeStatus(result.status)}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StoppedError) throw error;
    log('info', `the text cannot be compiled here: ${String(error)}`);
  }
  return undefined;
}
