import { medianOf } from '../page/index.ts';
import type { Row } from '../page/index.ts';
import type { RunningDaemon } from './daemon.ts';
import type { Job } from './jobs.ts';
import { load } from './load.ts';
import { cpuMsOf } from './proc.ts';

/** Of the original's throughput, with a compiler that compiles. */
const WANTED_RATIO = 0.9;

/** A job, and how many clients ask for it at once. */
export interface Task {
  readonly job: Job;
  readonly clientCount: number;
  /** Whether the throughput is one that is promised. */
  readonly isReal: boolean;
}

/** How long a task is measured. */
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
  /** Processor time of the daemon and of its compilers. */
  readonly cpuMs: number;
}

type Daemons = Readonly<Record<string, Pick<RunningDaemon, 'pid' | 'port'>>>;

/** Measure all daemons by turns, so that a busy moment of the machine meets them all. */
export async function measureTask(
  daemons: Daemons,
  task: Task,
  { rounds, ms, signal }: MeasureOptions,
): Promise<Row[]> {
  const { job, clientCount } = task;
  const results = new Map(Object.keys(daemons).map((name): [string, Round[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const turn = Object.entries(daemons);
    for (const [name, { pid, port }] of round % 2 === 0 ? turn : turn.reverse()) {
      const before = cpuMsOf(pid);
      const done = await load({ port, request: job.request, clientCount, ms, signal });
      results.get(name)?.push({ ...done, cpuMs: cpuMsOf(pid) - before });
    }
  }
  return toRows(task, results);
}

function toRows(
  { job, clientCount, isReal }: Task,
  results: ReadonlyMap<string, readonly Round[]>,
): Row[] {
  const name = `${job.name}, ${clientCount} client${clientCount === 1 ? '' : 's'}`;
  const samplesOf = (figureOf: (round: Round) => number): Record<string, number[]> =>
    Object.fromEntries([...results].map(([daemon, rounds]) => [daemon, rounds.map(figureOf)]));
  const failed = samplesOf(({ failureCount }) => failureCount);
  const faults = Object.entries(failed)
    .filter(([daemon, counts]) => daemon !== 'original' && counts.some((count) => count > 0))
    .map(([daemon, counts]) => `${daemon}: ${medianOf(counts)} jobs of a round failed`);
  const wanted = isReal
    ? [{ program: 'executable', kind: 'ratio', atLeast: WANTED_RATIO } as const]
    : [];
  return [
    {
      ...{ name, unit: 'jobs/s', wanted, faults },
      samples: samplesOf(({ jobCount, elapsedMs }) => (1000 * jobCount) / elapsedMs),
    },
    {
      ...{ name: `${name}: CPU a job`, unit: 'ms' },
      samples: samplesOf(({ jobCount, cpuMs }) => cpuMs / jobCount),
    },
  ];
}
