/** Where Bun mounts what a single-file executable holds. */
const EXECUTABLE_ROOT = '/$bunfs/';

/** Whether this is the single-file executable, and not a script that Node runs. */
export function isSingleFile(): boolean {
  return process.argv[1]?.startsWith(EXECUTABLE_ROOT) ?? false;
}

/** The name that this program was called by, as a path or bare: a link's own name, not what it leads to. */
export function invokedAs(): string {
  return isSingleFile() ? process.argv0 : (process.argv[1] ?? '');
}

/** What starts this program once more, by the same name. */
export function ownCommand(): { file: string; args: readonly string[]; argv0: string } {
  const { execPath, argv0, argv } = process;
  return { file: execPath, args: isSingleFile() ? [] : argv.slice(1, 2), argv0 };
}
