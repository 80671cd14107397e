import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import type { Run, RunOptions } from '../helpers/run.ts';

/**
 * Python runs this before the include server of Debian 12, three of whose functions in C do not work
 * under Python 3.11 (fact sheet 0.1): here are three others. Literals make a block of LZO (1.6).
 */
const SITE = `
import os.path
try:
    import distcc_pump_c_extensions as wire
except ImportError:
    pass
else:
    def literals(text):
        plain = text.encode() if isinstance(text, str) else text
        if len(plain) == 0:
            return b''
        zeros, last = divmod(len(plain) - 19, 255)
        head = bytes([len(plain) + 17]) if len(plain) <= 238 else bytes(zeros + 1) + bytes([last + 1])
        return head + plain + b'\\x11\\0\\0'
    wire.CompressLzo1xAlloc = literals
    wire.OsPathExists = os.path.exists
    wire.OsPathIsFile = os.path.isfile
`;

/** Run a command under the original's pump, with one host; its include server ends with it. */
export async function runPump(
  t: ExecutionContext,
  port: number,
  command: readonly string[],
  options: RunOptions,
): Promise<Run> {
  const site = await makeFolder(t);
  await writeFile(path.join(site, 'sitecustomize.py'), SITE);
  const env = {
    PYTHONPATH: site,
    PYTHONDONTWRITEBYTECODE: '1',
    DISTCC_HOSTS: `127.0.0.1:${port},lzo,cpp`,
    DISTCC_FALLBACK: '0',
    ...options.env,
  };
  return run(t, ['/usr/bin/distcc-pump', ...command], { ...options, env });
}
