import fs from 'node:fs';
import pLimit from 'p-limit';
import { codeOf, IoError } from '../errors/index.ts';
import type { MirrorLink, MirrorPlan } from './mirror-plan.ts';

/** Files written at once: enough to keep a disk busy, few enough for its descriptors. */
const WRITES_AT_ONCE = 16;

/**
 * Make a plan's folders, files and links below an empty folder. Links come last, so that nothing is
 * ever written through one.
 * @param root - without a slash at its end; an absolute link leads into it
 * @throws {IoError} naming what cannot be made, when nothing is written any more
 */
export async function writeMirror(root: string, plan: MirrorPlan): Promise<void> {
  for (const folder of plan.folders) {
    await make(folder, () => fs.promises.mkdir(root + folder, { mode: 0o700 }));
  }
  await makeAll(plan.files, ({ path, content }) =>
    fs.promises.writeFile(root + path, content, { flag: 'wx' }),
  );
  await makeAll(plan.links, (link) => fs.promises.symlink(targetIn(root, link), root + link.path));
}

function targetIn(root: string, { target, isSystem }: MirrorLink): string {
  return target.startsWith('/') && !isSystem ? root + target : target;
}

async function makeAll<T extends { readonly path: string }>(
  items: readonly T[],
  write: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit(WRITES_AT_ONCE);
  const writes = items.map((item) => limit(() => make(item.path, () => write(item))));
  // One that fails must not leave the others behind it: the folder is about to be removed.
  await Promise.allSettled(writes);
  await Promise.all(writes);
}

async function make(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new IoError(`Cannot mirror "${path}": ${codeOf(cause)}`, { cause });
  }
}
