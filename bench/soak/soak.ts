import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDaemon } from '../distccd/daemon.ts';
import type { RunningDaemon } from '../distccd/daemon.ts';
import { makeInstantCompiler } from '../distccd/jobs.ts';
import { descriptorCountOf, listFiles, listTree, residentBytesOf } from '../distccd/proc.ts';
import { runErrand } from './client.ts';
import { makeErrands, makeStubbornCompiler } from './jobs.ts';

const CLIENTS = 8;
/** Looks at the daemon during a soak. */
const LOOKS = 20;
/** What is over may take a moment to be gone. */
const SETTLE_MS = 5000;

/** How much is done, and where it is told. */
export interface SoakOptions {
  readonly jobCount: number;
  /** An empty folder that everybody may enter. */
  readonly folder: string;
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a daemon has when nothing runs. */
export interface Look {
  readonly jobCount: number;
  readonly residentBytes: number;
  readonly descriptors: number;
  readonly processes: number;
  readonly files: number;
}

/** What a soak has seen. */
export interface SoakResult {
  readonly looks: readonly Look[];
  readonly wrongCount: number;
  /** From a client's leaving to the death of all that its compiler was, in milliseconds, sorted. */
  readonly deathMs: readonly number[];
}

/** Send errands of all kinds, by some clients at once, and look at the daemon now and then. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { jobCount, folder, signal } = options;
  fs.mkdirSync(`${folder}/pids`);
  fs.chmodSync(`${folder}/pids`, 0o777);
  const compilers = [makeInstantCompiler(folder), makeStubbornCompiler(`${folder}/pids`)] as const;
  const errands = makeErrands(...compilers);
  await using daemon = await startDaemon('Node', { folder, compilers, jobs: 4 });
  const server = { port: daemon.port, folder: `${folder}/pids` };
  const looks: Look[] = [];
  const deathMs: number[] = [];
  let begun = 0;
  let wrongCount = 0;
  const client = async (end: number): Promise<void> => {
    while (begun < end && !signal.aborted) {
      // 7919 is prime to their number: every errand comes up, and neighbours are of different kinds.
      const errand = errands[((begun += 1) * 7919) % errands.length];
      const outcome = errand && (await runErrand(errand, server));
      if (outcome?.isRight !== true) wrongCount += 1;
      if (outcome?.deathMs !== undefined) deathMs.push(outcome.deathMs);
    }
  };
  for (let look = 1; look <= LOOKS; look += 1) {
    const end = Math.round((jobCount * look) / LOOKS);
    await Promise.all(Array.from({ length: CLIENTS }, () => client(end)));
    signal.throwIfAborted();
    looks.push(await lookAt(daemon, begun, looks[0]));
    options.write(renderLook(looks[look - 1]));
  }
  return { looks, wrongCount, deathMs: deathMs.sort((left, right) => left - right) };
}

/** The daemon at rest: once it has no more than at first, or has had the time for it. */
async function lookAt(daemon: RunningDaemon, jobCount: number, first?: Look): Promise<Look> {
  const giveUpAtMs = performance.now() + SETTLE_MS;
  for (;;) {
    await sleep(first === undefined ? 1000 : 50);
    const { pid, tmp } = daemon;
    const look = {
      jobCount,
      residentBytes: listTree(pid).reduce((sum, each) => sum + residentBytesOf(each), 0),
      descriptors: descriptorCountOf(pid),
      processes: listTree(pid).length,
      files: listFiles(tmp).length,
    };
    const isMore = first !== undefined && findGrowth([first, look]).length > 0;
    if (!isMore || performance.now() > giveUpAtMs) return look;
  }
}

/** What has grown since the first look, but for memory. */
export function findGrowth(looks: readonly Look[]): string[] {
  const [first] = looks;
  const keys = ['descriptors', 'processes', 'files'] as const;
  return keys.flatMap((key) => {
    const most = Math.max(...looks.map((look) => look[key]));
    return first === undefined || most <= first[key] ? [] : [`${key}: ${first[key]} → ${most}`];
  });
}

function renderLook(look: Look | undefined): string {
  if (look === undefined) return '';
  const { jobCount, residentBytes, descriptors, processes, files } = look;
  const cells = [jobCount, `${mebibytes(residentBytes)} MiB`, descriptors, processes, files];
  return cells.map((cell) => String(cell).padStart(11)).join('  ');
}

/** For people: one digit after the point. */
export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
