import fs from 'node:fs';
import path from 'node:path';

/** A command without the specs files that it may use, and what to add to it for them. */
export interface SpecsSplit {
  readonly args: readonly string[];
  /** `-specs=FILE` by the file's true path: what was looked at is what is read. */
  readonly specs: readonly string[];
}

/**
 * Take out `-specs=FILE` where FILE is a regular file below `--sysroot`: its owner has put it there for
 * clients to use, as toolchains for small devices ask for. Any other stays, to be refused.
 * @param sysroot - an absolute path without links; undefined takes nothing out
 */
export function splitSpecs(args: readonly string[], sysroot: string | undefined): SpecsSplit {
  if (sysroot === undefined) return { args, specs: [] };
  const files = args.map((word) => findSpecs(word, sysroot));
  return {
    args: args.filter((_, index) => files[index] === undefined),
    specs: files.filter((file) => file !== undefined).map((file) => `-specs=${file}`),
  };
}

/** By a path from the sysroot, or by one of this server. */
function findSpecs(word: string, sysroot: string): string | undefined {
  const name = /^--?specs=(.+)$/.exec(word)?.[1];
  if (name === undefined) return undefined;
  return [path.join(sysroot, name), path.resolve(sysroot, name)]
    .map(realFile)
    .find((file) => file?.startsWith(`${sysroot}/`));
}

function realFile(file: string): string | undefined {
  try {
    const real = fs.realpathSync(file);
    return fs.statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined; // it is not there, or its name is none
  }
}
