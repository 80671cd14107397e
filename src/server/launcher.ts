import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CompilerMissingError, IoError } from '../errors/index.ts';
import { onAbort } from '../net/index.ts';
import { isSingleFile } from '../process/index.ts';
import type { ChildResult } from '../process/index.ts';
import type { LauncherOrder, LauncherReport } from './launcher-process.ts';
import { limitScript, runLimited } from './run-compiler.ts';
import type { CompilerLimits, RunCompiler } from './run-compiler.ts';

const script = fileURLToPath(
  new URL(`./launcher-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

/** Node itself takes 0.7 GiB of address space, most of it without memory behind. */
const NODE_BYTES = 2 * 2 ** 30;

/** Garbage is collected after 1 MiB, not after 16: starting a program costs 0.015 ms a MiB in memory. */
const SMALL = '--max-semi-space-size=1';

/** It ends of itself, and sooner. */
const CLOSE_MS = 2000;

/** A job that the process has been given. */
interface Pending {
  readonly resolve: (result: ChildResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts compilers from a small process of its own. To start a program, Node copies the tables of its
 * memory and waits until the program is there: 0.5 ms at best, 3 ms with 200 MiB of requests in memory,
 * when nobody else is served. The small process also has the limits of compilers, and the promise that
 * none gets more rights than it (no_new_privs), once and for all: no shell has to set them for each.
 */
export class Launcher {
  readonly #limits: CompilerLimits;
  readonly #pending = new Map<number, Pending>();
  #process: ChildProcess | undefined;
  #lastId = 0;

  constructor(limits: CompilerLimits) {
    this.#limits = limits;
  }

  /** Have the process ready before the first job; the executable does without one. */
  prepare(): void {
    if (!isSingleFile()) this.start();
  }

  /** Start the process, if it is not there; one that has ended is replaced. */
  start(): ChildProcess {
    this.#process ??= this.#spawn();
    return this.#process;
  }

  /** As {@link runLimited}. */
  readonly run: RunCompiler = async (compiler, args, { signal, ...options }) => {
    signal.throwIfAborted();
    // The executable has no script for a process of its own; Bun starts programs without copying itself.
    if (isSingleFile()) return runLimited(compiler, args, { signal, ...options });
    const child = this.start();
    const id = (this.#lastId += 1);
    const isLimited = this.#hasLimits;
    const answer = new Promise<ChildResult>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    holdOpen(child, true);
    send(child, { kind: 'run', id, compiler, args, options, isLimited });
    const takeBack = onAbort(signal, () => {
      send(child, { kind: 'end', id });
    });
    try {
      return await answer;
    } finally {
      takeBack();
      if (this.#pending.size === 0) holdOpen(child, false);
      signal.throwIfAborted();
    }
  };

  /** End the process, and what it still runs; come back when it has ended. */
  async close(): Promise<void> {
    const child = this.#process;
    if (child?.connected !== true) return;
    const exit = once(child, 'exit');
    child.ref();
    child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
    await exit;
    clearTimeout(late);
  }

  get #hasLimits(): boolean {
    const { memoryBytes } = this.#limits;
    return memoryBytes === 0 || memoryBytes >= NODE_BYTES;
  }

  #spawn(): ChildProcess {
    const limits = this.#hasLimits ? limitScript(this.#limits) : ':';
    const words = ['-c', `${limits}; ${NO_NEW_PRIVILEGES}; exec "$@"`, 'sh'];
    const child = spawn('/bin/sh', [...words, process.execPath, SMALL, script], {
      cwd: '/',
      // The watchdog knows by TMPDIR what belongs to this daemon.
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    child.on('message', (report: LauncherReport) => {
      this.#settle(report);
    });
    const end = (): void => {
      if (this.#process === child) this.#process = undefined;
      const error = new IoError('Cannot run a compiler: what starts them has ended');
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    child.once('error', end).once('exit', end);
    holdOpen(child, false);
    return child;
  }

  #settle(report: LauncherReport): void {
    const pending = this.#pending.get(report.id);
    this.#pending.delete(report.id);
    if ('result' in report) pending?.resolve(report.result);
    else pending?.reject(errorOf(report.error));
  }
}

/** setpriv(1) is of util-linux; where it is missing, or forbidden, jobs run without. */
const NO_NEW_PRIVILEGES =
  'setpriv --no-new-privs true 2>/dev/null && set -- setpriv --no-new-privs "$@"';

/** Without jobs, nothing here keeps the daemon's process from its end. */
function holdOpen(child: ChildProcess, isOpen: boolean): void {
  if (isOpen) child.ref();
  else child.unref();
  if (isOpen) child.channel?.ref();
  else child.channel?.unref();
}

function send(child: ChildProcess, order: LauncherOrder): void {
  if (child.connected) child.send(order, () => undefined); // its end is told by 'exit'
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'CompilerMissingError' ? new CompilerMissingError(message) : new IoError(message);
}
