import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { root } from '../examples/root.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';

/** It takes a second where nothing else runs: 115 MB are copied twice. */
const HANG_MS = 150_000;

/**
 * Make the Debian package of `dist/bin` in a folder of the test's own, uncompressed to save time.
 * @param words - what it is run by
 * @returns its file
 */
export async function buildPackage(
  t: ExecutionContext,
  words: readonly string[] = [],
): Promise<string> {
  t.timeout(HANG_MS);
  const folder = await makeFolder(t);
  const script = path.join(root, 'scripts/build-deb.js');
  const env = { DPKG_DEB_COMPRESSOR_TYPE: 'none', SOURCE_DATE_EPOCH: '1700000000' };
  const result = await run(t, [...words, process.execPath, script, folder], {
    env,
    hangMs: HANG_MS,
  });
  t.deepEqual([result.code, result.stderr, result.leftovers], [0, '', []]);
  return result.stdout.trim();
}
