import fs from 'node:fs';
import path from 'node:path';
import { environmentReason } from '../compiler/index.ts';
import type { CommandScan } from '../compiler/index.ts';
import { isOddPlace } from './write-object.ts';

/** Why a command must run here, or undefined. */
export function whyLocal(scan: CommandScan, env: NodeJS.ProcessEnv): string | undefined {
  if (scan.kind === 'local') return scan.reason;
  const { output, stage } = scan;
  const isWritable =
    output !== '' && canWriteIn(path.dirname(output)) && !isOddPlace(output, stage);
  if (!isWritable) return `"${output}" cannot be written`; // the compiler has its own words for that
  // What a pipe holds can be read once, and the compiler may have to run again for its messages.
  const isOnce = fs.statSync(scan.source, { throwIfNoEntry: false })?.isFile() === false;
  return isOnce ? `"${scan.source}" is no file` : environmentReason(scan, env);
}

function canWriteIn(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
