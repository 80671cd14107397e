import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { IoError } from '../errors/index.ts';
import { codeOf } from '../net/index.ts';
import { splitPath } from '../process/index.ts';
import { claimWorkFolder, dropPrivileges, findCompilers, startWatchdog } from '../server/index.ts';
import type { Compilers, User, WorkFolder } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';

/** The compilers that a command line and this machine's PATH allow. @throws {CompilerMissingError} */
export function findAllowed(line: CommandLine): Compilers {
  return findCompilers({
    folders: splitPath(process.env['DISTCCD_PATH'] ?? process.env['PATH'] ?? ''),
    allowed: line.all('allow-compiler'),
    allowsAny: line.has('enable-tcp-insecure') || line.has('make-me-a-botnet'),
  });
}

/** Compilers inherit it. 19 is the lowest there is. */
export function lowerPriority(by: number): void {
  os.setPriority(Math.min(19, os.getPriority() + by));
}

/** What a daemon has on this machine besides its port: a user, a pid file, a folder and a watchdog. */
export class Settlement {
  readonly #user: User | undefined;
  readonly #pidFile: string | undefined;
  #descriptor: number | undefined;
  #folder: WorkFolder | undefined;

  constructor(user: User | undefined, pidFile: string | undefined) {
    this.#user = user;
    this.#pidFile = pidFile === undefined ? undefined : path.resolve(pidFile);
  }

  /**
   * Take possession; root's powers end here, so the pid file comes first.
   * @throws {IoError} when the pid file or the folder cannot be made
   */
  settle(): void {
    if (this.#pidFile !== undefined) this.#descriptor = writePidFile(this.#pidFile);
    if (this.#user !== undefined) dropPrivileges(this.#user);
    this.#folder = claimWorkFolder();
    startWatchdog(this.#folder.prefix);
  }

  /** Before each job. @throws {IoError} when the folder is gone and cannot be made anew */
  prepare(): void {
    this.#folder?.prepare();
  }

  leave(): void {
    this.#folder?.remove();
    if (this.#descriptor === undefined || this.#pidFile === undefined) return;
    try {
      fs.rmSync(this.#pidFile, { force: true });
    } catch {
      fs.ftruncateSync(this.#descriptor); // root's folder: an empty file names nobody
    }
  }
}

function writePidFile(file: string): number {
  try {
    const descriptor = fs.openSync(file, 'w');
    fs.writeSync(descriptor, `${process.pid}\n`);
    return descriptor;
  } catch (cause) {
    throw new IoError(`Cannot write the pid file "${file}": ${codeOf(cause)}`, { cause });
  }
}
