import fs from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import type { MirrorPlan } from './mirror-plan.ts';

/** Files written at once: enough to keep a disk busy, few enough for its descriptors. */
const WRITES_AT_ONCE = 16;

/**
 * Make a plan's folders, files and links below an empty folder. Links come last, so that nothing is
 * ever written through one.
 * @param root - without a slash at its end; an absolute link leads into it
 */
export async function writeMirror(root: string, plan: MirrorPlan): Promise<void> {
  for (const folder of plan.folders) {
    await fs.promises.mkdir(root + folder, { recursive: true, mode: 0o700 });
  }
  const limit = pLimit(WRITES_AT_ONCE);
  await Promise.all(
    plan.files.map(({ path: file, content }) =>
      limit(() => fs.promises.writeFile(root + file, content, { flag: 'wx' })),
    ),
  );
  await Promise.all(
    plan.links.map(({ path: link, target }) =>
      limit(() =>
        fs.promises.symlink(path.isAbsolute(target) ? root + target : target, root + link),
      ),
    ),
  );
}
