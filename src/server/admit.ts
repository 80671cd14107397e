import { readsMoreFiles, refusalOf, scanCommand } from '../compiler/index.ts';
import type { RemoteScan } from '../compiler/index.ts';
import { ArgumentError } from '../errors/index.ts';
import type { CompileRequest } from '../protocol/index.ts';
import type { Service } from './service.ts';
import { splitSpecs } from './specs-files.ts';

/** A job that may run. */
export interface AdmittedJob {
  readonly kind: 'admitted';
  readonly scan: RemoteScan;
  /** The path of the compiler that runs. */
  readonly compiler: string;
  /** Words for it that the scan does not know of. */
  readonly extraWords: readonly string[];
}

/** A job that may run, or the one line its client is told. */
export type Admission = AdmittedJob | { readonly kind: 'refused'; readonly reason: string };

/**
 * May this command run here? Decided before anything is written or started.
 */
export function admit(
  request: CompileRequest,
  { compilers, sysroot }: Pick<Service, 'compilers' | 'sysroot'>,
): Admission {
  const { args, specs } = splitSpecs(request.args, sysroot);
  const scan = tryScan(args);
  if (scan instanceof ArgumentError) return refused(scan.message);
  if (scan.kind === 'local') return refused(`cannot be compiled elsewhere: ${scan.reason}`);
  const refusal = refusalOf(scan.words, request.version === 3 ? 'server' : 'client');
  if (refusal !== undefined) return refused(refusal);
  if (request.version !== 3 && readsMoreFiles(request.source)) {
    return refused('the source reads files of this server (.incbin or .include)');
  }
  const compiler = compilers.locate(scan.compiler);
  if (compiler === undefined) {
    const known = compilers.names.slice(0, 12).join(', ');
    return refused(
      `the compiler "${scan.compiler}" is not allowed here, these are: ${known || 'none'}`,
    );
  }
  return { kind: 'admitted', scan, compiler, extraWords: specs };
}

function tryScan(words: readonly string[]): ReturnType<typeof scanCommand> | ArgumentError {
  try {
    return scanCommand(words);
  } catch (error) {
    if (error instanceof ArgumentError) return error;
    throw error;
  }
}

function refused(reason: string): Admission {
  return { kind: 'refused', reason };
}
