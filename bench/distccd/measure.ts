import { cpuMsOf } from './proc.ts';
import { daemonNames } from './daemon.ts';
import type { DaemonName, RunningDaemon } from './daemon.ts';
import type { Job } from './jobs.ts';
import { load } from './load.ts';

/** One row of the table: a job, and how many clients ask for it at once. */
export interface Row {
  readonly job: Job;
  readonly clientCount: number;
  /** Whether the throughput is one that is promised. */
  readonly isReal: boolean;
}

/** What a daemon did in all rounds of a row. */
export interface DaemonResult {
  readonly jobCount: number;
  readonly failureCount: number;
  /** Of all rounds together. */
  readonly jobsPerSecond: number;
  /** Processor time of the daemon and of its compilers, for one job. */
  readonly cpuMs: number;
}

/** A row, measured. */
export interface RowResult extends Readonly<Record<DaemonName, DaemonResult>> {
  readonly job: string;
  readonly clientCount: number;
  readonly isReal: boolean;
  /** Jobs per second, ours to the original's: the median of the rounds. */
  readonly ratio: number;
}

/** How long a row is measured. */
export interface MeasureOptions {
  readonly rounds: number;
  /** Of one daemon in one round, when jobs are begun. */
  readonly ms: number;
  readonly signal: AbortSignal;
}

interface Round {
  readonly jobCount: number;
  readonly failureCount: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

/** Measure both daemons by turns, so that a busy moment of the machine meets them both. */
export async function measureRow(
  daemons: Readonly<Record<DaemonName, RunningDaemon>>,
  { job, clientCount, isReal }: Row,
  { rounds, ms, signal }: MeasureOptions,
): Promise<RowResult> {
  const results: Record<DaemonName, Round[]> = { original: [], ours: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? daemonNames : [...daemonNames].reverse();
    for (const name of order) {
      const { pid, port } = daemons[name];
      const before = cpuMsOf(pid);
      const done = await load({ port, request: job.request, clientCount, ms, signal });
      results[name].push({ ...done, cpuMs: cpuMsOf(pid) - before });
    }
  }
  const ratios = results.ours.map((ours, round) => {
    const original = results.original[round];
    return original === undefined ? NaN : speedOf([ours]) / speedOf([original]);
  });
  const [original, ours] = [sumOf(results.original), sumOf(results.ours)];
  return { job: job.name, clientCount, isReal, original, ours, ratio: median(ratios) };
}

function sumOf(rounds: readonly Round[]): DaemonResult {
  const jobCount = total(rounds, 'jobCount');
  return {
    jobCount,
    failureCount: total(rounds, 'failureCount'),
    jobsPerSecond: speedOf(rounds),
    cpuMs: total(rounds, 'cpuMs') / jobCount,
  };
}

function speedOf(rounds: readonly Round[]): number {
  return (1000 * total(rounds, 'jobCount')) / total(rounds, 'elapsedMs');
}

function total(rounds: readonly Round[], key: keyof Round): number {
  return rounds.reduce((sum, round) => sum + round[key], 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (low + (sorted[Math.floor(sorted.length / 2)] ?? NaN)) / 2;
}
