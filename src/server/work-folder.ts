import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';

/** The folder of all temporary files of one daemon: `distccd_PID-START_XXXXXX`. */
export interface WorkFolder {
  /** How the names of all its folders begin, and of no other daemon's. */
  readonly prefix: string;
  /** Make the folder anew when somebody has removed it. @throws {IoError} */
  prepare(): void;
  remove(): void;
}

/**
 * Make a folder for this process under `$TMPDIR`, which then names the new folder: whatever asks for a
 * temporary file gets it there. What daemons that are gone have left is removed.
 * @throws {IoError} when it cannot be made
 */
export function claimWorkFolder(): WorkFolder {
  const parent = path.resolve(os.tmpdir());
  removeLitter(parent);
  const prefix = path.join(parent, `distccd_${process.pid}-${startOf(process.pid) ?? 0}_`);
  let folder = make(prefix);
  const prepare = (): void => {
    if (!isOurs(folder)) folder = make(prefix);
  };
  const remove = (): void => {
    fs.rmSync(folder, { recursive: true, force: true });
    process.env['TMPDIR'] = parent;
  };
  return { prefix, prepare, remove };
}

function make(prefix: string): string {
  try {
    const folder = fs.mkdtempSync(prefix);
    process.env['TMPDIR'] = folder;
    return folder;
  } catch (cause) {
    throw new IoError(`Cannot make a temporary folder "${prefix}XXXXXX": ${codeOf(cause)}`, {
      cause,
    });
  }
}

/** Remove the folders of daemons that are gone: killed, or stopped by a power cut. */
function removeLitter(parent: string): void {
  for (const name of listFolder(parent)) {
    const [, pid, start] = /^distccd_(\d+)-(\d+)_\w+$/.exec(name) ?? [];
    if (pid === undefined || String(startOf(Number(pid)) ?? '') === start) continue;
    const folder = path.join(parent, name);
    if (isOurs(folder)) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function listFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // make() says what is wrong with it
  }
}

/** A folder, no link, of this very user: in a folder that all may write to, names prove nothing. */
function isOurs(folder: string): boolean {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.();
}

/** When a process started, in clock ticks since the system did (proc(5)): pids come again. */
function startOf(pid: number): number | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(afterName[START_FIELD - 3]);
  } catch {
    return undefined; // it is gone, or this is not Linux
  }
}

/** proc(5) counts from 1, and the name is the second. */
const START_FIELD = 22;
