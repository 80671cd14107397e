import fs from 'node:fs';

/**
 * The folder that a compiler run from here takes for its own: by the name that the shell has for it,
 * which may lead through links, when that is true.
 * @returns undefined when it was removed
 */
export function workingFolder({ env }: { readonly env: NodeJS.ProcessEnv }): string | undefined {
  const name = env['PWD'] ?? '';
  return name.startsWith('/') && isSameFolder(name, '.') ? name : systemName();
}

function systemName(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function isSameFolder(left: string, right: string): boolean {
  try {
    const [one, other] = [fs.statSync(left), fs.statSync(right)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}
