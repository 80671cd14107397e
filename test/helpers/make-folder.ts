import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

/** A folder that anybody may write to (the original daemon has a user of its own); it goes with the test. */
export async function makeFolder(t: Pick<ExecutionContext, 'teardown'>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lsdistcc-test-'));
  await chmod(folder, 0o777);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
