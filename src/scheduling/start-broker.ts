import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePrivateFolder, removeQuietly } from '../process/index.ts';
import { isServed } from './open-broker.ts';
import { brokerFolder, isPrivate, socketName } from './socket-path.ts';

/** Somebody else starts it: we look so often whether it is there. */
const LOOK_AGAIN_MS = 15;

/** A broker that is not there by then is none; it takes 0.1 s, and many where 64 jobs start beside it. */
const START_MS = 30_000;

/** What a mark says then: nobody waits for it. */
const FAILED = 'failed';

/** After a start that failed nobody tries again for a while. */
const TRY_AGAIN_MS = 10_000;

/** What runs a broker; the last word behind it is to be the broker's folder. */
export interface BrokerCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The name it is called by. */
  readonly argv0: string;
}

/**
 * Start this user's broker, or wait for the client that is at it: of many that come at once, one does.
 * @param folder - `$DISTCC_DIR`
 * @param command - what runs a broker
 * @returns whether it is worth connecting
 */
export async function startBroker(
  folder: string,
  { file, args, argv0 }: BrokerCommand,
): Promise<boolean> {
  const own = brokerFolder(folder);
  const mark = path.join(own, `${socketName()}.starting`);
  try {
    makePrivateFolder(own);
    if (!isPrivate(own)) return false;
    if (!isFirst(mark)) return await waitForAnother(own, mark);
    // It may have come up between our look for it and our turn.
    if (await isServed(folder)) {
      removeQuietly(mark);
      return true;
    }
  } catch {
    return false; // a folder that cannot be written, or a disk that is full
  }
  const log = fs.openSync(path.join(own, 'log'), 'w', 0o600);
  const child = spawn(file, [...args, own], {
    argv0,
    cwd: '/', // it keeps no folder of the build busy
    stdio: ['ignore', 'pipe', log],
    detached: true,
  });
  fs.closeSync(log);
  const giveUp = (): void => {
    removeQuietly(mark);
  };
  process.once('exit', giveUp); // nobody waits for a start that was interrupted
  const isUp = await isReady(child);
  process.off('exit', giveUp);
  child.stdout?.destroy();
  child.unref();
  if (isUp) removeQuietly(mark);
  else fs.writeFileSync(mark, FAILED);
  return isUp;
}

/** Whether it is our turn: nobody else is at it, or that was so long ago that it failed. */
function isFirst(mark: string): boolean {
  try {
    fs.closeSync(fs.openSync(mark, 'wx'));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const state = fs.statSync(mark, { throwIfNoEntry: false });
  if (state === undefined) return false;
  const heldMs = state.size > 0 ? TRY_AGAIN_MS : START_MS;
  if (Math.abs(Date.now() - state.mtimeMs) <= heldMs) return false;
  fs.writeFileSync(mark, '');
  fs.utimesSync(mark, new Date(), new Date());
  return true;
}

async function waitForAnother(own: string, mark: string): Promise<boolean> {
  const socket = path.join(own, socketName());
  const since = fs.statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  while (Math.abs(Date.now() - since) < START_MS) {
    const state = fs.statSync(mark, { throwIfNoEntry: false });
    if (state === undefined) return fs.existsSync(socket);
    if (state.size > 0) return false;
    await sleep(LOOK_AGAIN_MS);
  }
  return false;
}

/** Whether a broker says that it serves, and in time; it ends, without a word, when it cannot. */
async function isReady(child: ChildProcess): Promise<boolean> {
  const spoke = child.stdout === null ? undefined : once(child.stdout, 'data').then(() => true);
  const ended = once(child, 'exit').then(() => false);
  const late = sleep(START_MS, false, { ref: false });
  const waits = [ended, late, ...(spoke === undefined ? [] : [spoke])];
  for (const wait of waits) wait.catch(() => false);
  return Promise.race(waits).catch(() => false);
}
