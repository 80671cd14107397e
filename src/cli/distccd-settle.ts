import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';
import { splitPath } from '../process/index.ts';
import {
  claimWorkFolder,
  dropPrivileges,
  findCompilers,
  findUser,
  startWatchdog,
} from '../server/index.ts';
import type { Compilers, User, WorkFolder } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';

/** Compilers inherit it. 19 is the lowest there is. */
export function lowerPriority(by: number): void {
  os.setPriority(Math.min(19, os.getPriority() + by));
}

/**
 * Say how gladly the system should end this process, and what it starts, when memory is short (proc(5)).
 * @throws {IoError} when it may not: only root may ask for less than there is
 */
export function setOomScore(score: number): void {
  if (score === 0) return;
  try {
    fs.writeFileSync('/proc/self/oom_score_adj', String(score));
  } catch (cause) {
    throw new IoError(`Cannot set --oom-score-adj ${score}: ${codeOf(cause)}`, { cause });
  }
}

/** What a daemon has on this machine besides its port: a user, a pid file, a folder, a watchdog, compilers. */
export class Settlement {
  readonly #line: CommandLine;
  readonly #user: User | undefined;
  readonly #pidFile: string | undefined;
  #descriptor: number | undefined;
  #folder: WorkFolder | undefined;
  #endWatchdog: () => void = () => undefined;
  #compilers: Compilers = { names: [], locate: () => undefined };

  /** @throws {ArgumentError} when there is no user as named */
  constructor(line: CommandLine) {
    const file = line.text('pid-file');
    this.#line = line;
    this.#user = findUser(line.text('user'));
    this.#pidFile = file === undefined ? undefined : path.resolve(file);
  }

  /** None before {@link settle}: what root could run is not what its successor can. */
  get compilers(): Compilers {
    return this.#compilers;
  }

  /**
   * Take possession. Root's powers end here, so the pid file comes first.
   * @throws {IoError} when the pid file or the folder cannot be made
   * @throws {CompilerMissingError} when a compiler of `--allow-compiler` is not there
   */
  settle(): void {
    if (this.#pidFile !== undefined) this.#descriptor = writePidFile(this.#pidFile);
    if (this.#user !== undefined) dropPrivileges(this.#user);
    this.#compilers = findAllowed(this.#line);
    this.#folder = claimWorkFolder();
    this.#endWatchdog = startWatchdog(this.#folder.prefix);
  }

  /** Before each job. @throws {IoError} when the folder is gone and cannot be made anew */
  prepare(): void {
    this.#folder?.prepare();
  }

  leave(): void {
    this.#folder?.remove();
    this.#endWatchdog();
    if (this.#descriptor === undefined || this.#pidFile === undefined) return;
    try {
      fs.rmSync(this.#pidFile, { force: true });
    } catch {
      fs.ftruncateSync(this.#descriptor); // root's folder: an empty file names nobody
    }
  }
}

function findAllowed(line: CommandLine): Compilers {
  return findCompilers({
    folders: splitPath(process.env['DISTCCD_PATH'] ?? process.env['PATH'] ?? ''),
    allowed: line.all('allow-compiler'),
    allowsAny: line.has('enable-tcp-insecure'),
  });
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
