import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pLimit from 'p-limit';
import { startDaemon } from '../../bench/distccd/daemon.ts';
import type { RunningDaemon } from '../../bench/distccd/daemon.ts';
import { makeInstantCompiler, makeJobs } from '../../bench/distccd/jobs.ts';
import { isServed } from '../../bench/distccd/load.ts';
import { descriptorCountOf, listFiles, listTree } from '../../bench/distccd/proc.ts';
import { conversations } from './conversations.ts';
import { converse } from './converse.ts';

/** Conversations between two looks at the daemon; each such batch has a seed of its own. */
export const BATCH = 100;
const AT_ONCE = 32;
/** What a job leaves may take a moment to go. */
const SETTLE_MS = 10_000;

/** How much is tried, and where it is told. */
export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** An empty folder that everybody may enter. */
  readonly folder: string;
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a daemon has: it must not grow. */
interface Belongings {
  readonly descriptors: number;
  readonly processes: number;
  readonly files: readonly string[];
}

/**
 * Hold conversations with a real daemon. It may refuse what it likes; it must live, keep nothing, write
 * nothing outside of its folder, and compile at the end.
 * @returns how answers began, and how often
 * @throws {Error} naming the seed to see it again with
 */
export async function fuzz(options: FuzzOptions): Promise<ReadonlyMap<string, number>> {
  const { count, seed, folder, write, signal } = options;
  const outside = path.join(folder, 'outside');
  fs.mkdirSync(outside);
  fs.chmodSync(outside, 0o777);
  const compiler = makeInstantCompiler(folder);
  await using daemon = await startDaemon('Node', { folder, compilers: [compiler], jobs: 4 });
  const real = makeJobs(compiler).c;
  if (!(await isServed({ ...daemon, ...real }))) throw new Error('No job works at all');
  const before = await settle(daemon, outside);
  const kinds = new Map<string, number>();
  for (let done = 0; done < count; done += BATCH) {
    signal.throwIfAborted();
    const batchSeed = seed + done / BATCH;
    const batch = { seed: batchSeed, numRuns: Math.min(BATCH, count - done) };
    try {
      for (const kind of await runBatch(daemon, outside, batch)) {
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      compare(before, await settle(daemon, outside, before), daemon);
    } catch (cause) {
      const again = `npm run fuzz -- --seed ${batchSeed} --count ${BATCH}`;
      throw new Error(`${String(cause)}\nTo see it again: ${again}`, { cause });
    }
    if ((done + BATCH) % 10_000 === 0) write(`${done + BATCH} conversations`);
  }
  if (!(await isServed({ ...daemon, ...real }))) throw new Error('A real job works no more');
  return kinds;
}

async function runBatch(
  daemon: RunningDaemon,
  outside: string,
  parameters: { readonly seed: number; readonly numRuns: number },
): Promise<string[]> {
  const limit = pLimit(AT_ONCE);
  const answers = fc
    .sample(conversations(outside), parameters)
    .map((each) => limit(() => converse(daemon.port, each)));
  return (await Promise.all(answers)).map(kindOf);
}

function kindOf(answer: Buffer): string {
  const [, status] = /^DONE\d{8}STAT([0-9a-f]{8})/.exec(answer.toString('latin1')) ?? [];
  if (status === undefined) return answer.length === 0 ? 'closed' : 'broken';
  return status === '00000000' ? 'compiled' : `status ${status}`;
}

/** Wait until the daemon has no more than it had, or for as long as that may take. */
async function settle(
  daemon: RunningDaemon,
  outside: string,
  wanted?: Belongings,
): Promise<Belongings> {
  const giveUpAtMs = performance.now() + SETTLE_MS;
  for (;;) {
    await sleep(wanted === undefined ? 500 : 5);
    const now = lookAt(daemon, outside);
    const isMore = wanted !== undefined && differences(wanted, now).length > 0;
    if (!isMore || performance.now() > giveUpAtMs) return now;
  }
}

function lookAt({ pid, tmp, process: child }: RunningDaemon, outside: string): Belongings {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(`The daemon has ended: ${child.signalCode ?? String(child.exitCode)}`);
  }
  const found = [tmp, outside].flatMap(listFiles);
  return {
    descriptors: descriptorCountOf(pid),
    processes: listTree(pid).length,
    files: found.sort(),
  };
}

function compare(before: Belongings, now: Belongings, { logFile }: RunningDaemon): void {
  const found = differences(before, now);
  if (found.length === 0) return;
  throw new Error(`The daemon keeps ${found.join(', ')}; its log: ${logFile}`);
}

function differences(before: Belongings, now: Belongings): string[] {
  const { descriptors, processes } = now;
  const files = now.files.filter((name) => !before.files.includes(name));
  return [
    ...(descriptors > before.descriptors ? [`${descriptors} descriptors`] : []),
    ...(processes > before.processes ? [`${processes} processes`] : []),
    ...(files.length > 0 ? [`files: ${files.join(' ')}`] : []),
  ];
}
