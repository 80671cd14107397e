import fs from 'node:fs';
import path from 'node:path';
import { environmentReason } from '../compiler/index.ts';
import type { CommandScan, RemoteScan } from '../compiler/index.ts';
import { isOddPlace } from './write-object.ts';

/** Why a command must run here, or undefined. */
export function whyLocal(scan: CommandScan, env: NodeJS.ProcessEnv): string | undefined {
  if (scan.kind === 'local') return scan.reason;
  const { output, source } = scan;
  if (!canBeWritten(scan)) return `"${output}" cannot be written`; // the compiler has its own words for that
  return isFile(source) ? environmentReason(scan, env) : `"${source}" is no file`;
}

function canBeWritten({ output, stage }: RemoteScan): boolean {
  try {
    return output !== '' && canWriteIn(path.dirname(output)) && !isOddPlace(output, stage);
  } catch {
    return false; // a name that is too long, say
  }
}

/** What a pipe holds can be read once, and the compiler may have to run again for its messages. */
function isFile(source: string): boolean {
  try {
    return fs.statSync(source).isFile();
  } catch {
    return false;
  }
}

function canWriteIn(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
