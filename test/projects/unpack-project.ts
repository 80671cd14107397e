import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { fetchArchive, ROOT } from './fetch-archive.ts';
import type { Project } from './projects.ts';

/**
 * Put a project's sources into a folder, as new: whatever was in there goes. The same folder gives the
 * same debug information.
 * @throws {Error} when the sources are not here and cannot be fetched
 */
export async function unpackProject(project: Project, folder: string): Promise<void> {
  const archive = await fetchArchive(project.archive);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const words = ['-xzf', archive, '-C', folder, '--strip-components=1', '--no-same-owner'];
  await promisify(execFile)('tar', words);
  for (const [file, name] of Object.entries(project.files)) {
    await copyFile(path.join(ROOT, file), path.join(folder, name));
  }
}

/** The object files beneath a folder, by their names. */
export async function readObjects(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(folder, { recursive: true });
  const objects = names.filter((name) => name.endsWith('.o')).sort();
  const read = async (name: string) => [name, await readFile(path.join(folder, name))] as const;
  return new Map(await Promise.all(objects.map(read)));
}
