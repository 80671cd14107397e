import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fetchDebianSource } from './fetch-debian-source.ts';
import type { Archive } from './projects.ts';

/** The repository's root, seen from `build/test/projects/`. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Archives are kept here, beside those of `npm start`: fetched once, never part of the repository. */
const CACHE = path.join(ROOT, 'build/inputs');

/**
 * The archive of a project, fetched the first time.
 * @returns its path
 * @throws {Error} when it cannot be fetched, with the way out, or is another than the one wanted
 */
export async function fetchArchive(archive: Archive): Promise<string> {
  const kept = path.join(CACHE, archive.file);
  if (await isIntact(kept, archive)) return kept;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lsdistcc-fetch-'));
  try {
    await fetchInto(folder, archive);
    const fetched = path.join(folder, archive.file);
    if (!(await isIntact(fetched, archive))) {
      throw new Error(`It is not there, or not the one with ${archive.integrity}`);
    }
    await keep(fetched, kept);
    return kept;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new Error(
      `Cannot fetch ${archive.file}, which the tests of real projects build: ${reason}\n` +
        `Run them once with a network, or put that file into ${CACHE}`,
      { cause },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isIntact(file: string, { integrity }: Archive): Promise<boolean> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return false;
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}` === integrity;
}

async function fetchInto(folder: string, archive: Archive): Promise<void> {
  if (archive.from === 'debian') return fetchDebianSource(folder, archive.source);
  // As a plain file: none of the package's own scripts runs.
  const words = ['pack', archive.spec, '--ignore-scripts', '--loglevel=error'];
  await promisify(execFile)('npm', [...words, '--pack-destination', folder], { cwd: folder });
}

/** Whole or not at all, whoever else does the same. */
async function keep(file: string, kept: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const beside = `${kept}.${process.pid}`;
  await copyFile(file, beside);
  await rename(beside, kept);
}
