import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { IoError } from '../../src/errors/index.ts';
import type { Place } from './farm.ts';
import { programFile } from './stage.ts';
import type { Stage } from './stage.ts';

/** What a bad host of ours has that a good one has not. */
export interface DistccdOptions {
  /** The only address that may connect. */
  readonly allow?: string;
  /** Where its compilers are (`DISTCCD_PATH`). */
  readonly searchPath?: string;
}

/** A demo that is killed so hard that it cannot stop its daemons must not leave them for ever. */
const LIFETIME_SEC = 600;

/** Between SIGTERM, on which a daemon ends its compilers first, and SIGKILL. */
const KILL_DELAY_MS = 5000;

/**
 * Start our distccd and come back when it listens.
 * @throws {IoError} when it cannot be started; the message has its own words
 */
export async function startDistccd(
  { address, port, tlsFolder }: Place,
  stage: Stage,
  options: DistccdOptions = {},
): Promise<AsyncDisposable> {
  stage.signal.throwIfAborted();
  const { allow, searchPath } = options;
  const ports =
    tlsFolder === undefined ? ['--port', String(port)] : ['--tls', '--tls-port', String(port)];
  const args = ['--no-detach', '--listen', address, ...ports, '--nice', '0'];
  // The farm's folder is its owner's alone: a daemon of root's that became another could not work there.
  const user = process.getuid?.() === 0 ? ['--user', 'root'] : [];
  const more = [
    ...user,
    '--lifetime',
    String(LIFETIME_SEC),
    ...(allow === undefined ? [] : ['-a', allow]),
  ];
  const daemon = spawn(process.execPath, [programFile('distccd'), ...args, ...more], {
    env: {
      ...stage.env,
      ...(tlsFolder === undefined ? {} : { DISTCC_TLS_DIR: tlsFolder }),
      ...(searchPath === undefined ? {} : { DISTCCD_PATH: searchPath }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a Ctrl-C reaches it through us alone, in order
  });
  const ended = once(daemon, 'close');
  const host = { [Symbol.asyncDispose]: () => stop(daemon, ended) };
  try {
    await untilListening(daemon, ended, stage.signal);
    return host;
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

async function untilListening(
  daemon: ChildProcess,
  ended: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let said = '';
  const isListening = new Promise<boolean>((resolve) => {
    daemon.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += said.length < 10_000 ? text : '';
      if (said.includes(' listening on port ')) resolve(true);
    });
  });
  const isAborted = new Promise<boolean>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(false);
    });
  });
  if (await Promise.race([isListening, isAborted, ended.then(() => false)])) return;
  signal.throwIfAborted();
  throw new IoError(`Cannot start distccd: ${said.trim() || 'it ended without a word'}`);
}

async function stop(daemon: ChildProcess, ended: Promise<unknown>): Promise<void> {
  daemon.kill('SIGTERM');
  const isEnded = ended.then(() => true);
  const late = new AbortController();
  const timer = sleep(KILL_DELAY_MS, false, { signal: late.signal }).catch(() => false);
  if (!(await Promise.race([isEnded, timer]))) daemon.kill('SIGKILL');
  late.abort();
  await ended;
}
