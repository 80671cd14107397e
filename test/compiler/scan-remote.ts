import { scanCommand } from '../../src/compiler/index.ts';
import type { RemoteScan } from '../../src/compiler/index.ts';

/** Scan words that a test knows to be remote. */
export function scanRemote(words: readonly string[]): RemoteScan {
  const scan = scanCommand(words);
  if (scan.kind === 'local') throw new Error(`${words.join(' ')}: ${scan.reason}`);
  return scan;
}
