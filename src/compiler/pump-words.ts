import { valueFor, wordsOf } from './read-command.ts';
import type { CommandOption } from './read-command.ts';
import type { RemoteScan } from './scan-command.ts';

/** Where a job that is preprocessed at the server has its files. */
export interface PumpFiles {
  /** The path of the compiler that runs. */
  readonly compiler: string;
  /** The folder that stands for the client's `/`, without a slash at its end. */
  readonly root: string;
  /** Where the compiler is to write. */
  readonly output: string;
  /** Where it is to write what the object depends on. */
  readonly dependencies: string;
}

/** Options whose value is a path that the preprocessor reads (fact sheet 8.3). */
const PATH_OPTIONS = [
  '-I',
  '-include',
  '-imacros',
  '-idirafter',
  '-iprefix',
  '-iwithprefixbefore',
  '-iwithprefix',
  '-isystem',
  '-iquote',
] as const;

/**
 * The command a server runs on a source of a mirrored tree, compiler first: absolute paths lead into
 * the tree, dependencies are always written, and no path of this server gets into the object.
 */
export function pumpWords(scan: RemoteScan, files: PumpFiles): string[] {
  const { root } = files;
  const kept = scan.options.filter(({ name }) => !/^-(?:[cS]$|o|MF)/.test(name));
  return [
    files.compiler,
    ...kept.flatMap((option) => wordsOf(inTree(option, root))),
    ...(has(kept, /^-MM?D$/) ? [] : ['-MMD']),
    ...(has(kept, /^-M[TQ]/) ? [] : ['-MQ', scan.output]),
    '-MF',
    files.dependencies,
    ...prefixMaps(kept, root),
    scan.stage === 'object' ? '-c' : '-S',
    pathInTree(scan.source, root),
    '-o',
    files.output,
  ];
}

function has(options: readonly CommandOption[], pattern: RegExp): boolean {
  return options.some((option) => pattern.test(option.name));
}

/**
 * The last map that fits a path counts: the client's own, of paths in the tree, come behind ours.
 * (The words as the client gave them stay where they are, for system headers.)
 */
function prefixMaps(options: readonly CommandOption[], root: string): string[] {
  const own = options.map(({ name }) => /^(-f(?:file|debug|macro)-prefix-map=)(\/.*)$/.exec(name));
  return [
    `-ffile-prefix-map=${root}=`,
    ...own.flatMap((map) => (map ? [`${map[1] ?? ''}${root}${map[2] ?? ''}`] : [])),
  ];
}

function inTree(option: CommandOption, root: string): CommandOption {
  const letters = PATH_OPTIONS.find((each) => valueFor(each, option) !== undefined);
  if (letters === undefined) return option;
  if (option.value !== undefined) return { ...option, value: pathInTree(option.value, root) };
  return { ...option, name: `${letters}${pathInTree(option.name.slice(letters.length), root)}` };
}

function pathInTree(path: string, root: string): string {
  return path.startsWith('/') ? `${root}${path}` : path;
}
