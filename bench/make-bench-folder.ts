import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder that everybody may enter, a daemon that is somebody else too; it goes with its scope. */
export function makeBenchFolder(): Disposable & { readonly path: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'distcc-bench-'));
  fs.chmodSync(folder, 0o777);
  return {
    path: folder,
    [Symbol.dispose]: () => {
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
