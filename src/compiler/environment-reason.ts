import type { RemoteScan } from './scan-command.ts';

/** Variables that gcc's and clang's drivers heed as they do the options that keep a job here. */
const local: readonly (readonly [name: string, clause: string])[] = [
  ['COMPILER_PATH', 'runs other programs'],
  ['GCC_EXEC_PREFIX', 'runs other programs'],
  ['GCC_COMPARE_DEBUG', 'writes more files'],
  ['CCC_OVERRIDE_OPTIONS', 'changes the command'],
  ['CCC_ADD_ARGS', 'changes the command'],
  ['CC_PRINT_OPTIONS', 'prints how this compiler works'],
  ['CC_PRINT_HEADERS', 'prints how this compiler works'],
  ['CC_PRINT_PROC_STAT', 'prints how this compiler works'],
  ['CC_PRINT_INTERNAL_STAT', 'prints how this compiler works'],
  ['CC_LOG_DIAGNOSTICS', 'writes more files'],
];

/** In these a preprocessor is told to write dependencies. */
const dependencyVariables = ['DEPENDENCIES_OUTPUT', 'SUNPRO_DEPENDENCIES'] as const;

/** Variables by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Why a command must run here though its words do not say so.
 * @returns one clause for the log, or undefined
 */
export function environmentReason(scan: RemoteScan, env: Environment): string | undefined {
  const found = local.find(([name]) => (env[name] ?? '') !== '');
  if (found !== undefined) return found.join(' ');
  if (!scan.isPreprocessed) return undefined;
  const name = dependencyVariables.find((each) => env[each] !== undefined);
  return name && `no preprocessor runs that could write what ${name} names`;
}

/**
 * The environment for who runs the compiler once more: it appends dependencies to a file, where the
 * preprocessor has written them.
 */
export function withoutDependencyVariables<Env extends Environment>(env: Env): Env {
  const isSet = dependencyVariables.some((name) => env[name] !== undefined);
  return isSet ? { ...env, DEPENDENCIES_OUTPUT: undefined, SUNPRO_DEPENDENCIES: undefined } : env;
}
