import os from 'node:os';
import type { Bench, BenchOptions, Effort } from '../bench.ts';
import { makeBenchFolder } from '../make-bench-folder.ts';
import type { Row } from '../page/index.ts';
import { startDaemon } from './daemon.ts';
import { makeInstantCompiler, makeJobs } from './jobs.ts';
import { measureTask } from './measure.ts';
import type { MeasureOptions, Task } from './measure.ts';

const budgets: Readonly<Record<Effort, Omit<MeasureOptions, 'signal'>>> = {
  quick: { rounds: 2, ms: 900 },
  default: { rounds: 5, ms: 2000 },
  full: { rounds: 9, ms: 5000 },
};

/** All daemons get so many: what the original takes by itself, two more than processors. */
const jobsAtOnce = os.availableParallelism() + 2;

/** Ours against the original: jobs per second, and what a job costs. */
export const distccdBench: Bench = {
  summary:
    'Serving: ours against the original distccd, with an instant compiler and with real ones',
  notes: [
    `All with --jobs ${jobsAtOnce}, on loopback; a client sends its next job when it has the answer to the last`,
    'CPU: the daemon’s and its compilers’, for one job',
  ],
  baseline: 'original',
  measure: compare,
};

async function* compare({ effort, signal }: BenchOptions): AsyncGenerator<Row, void> {
  const options = { ...budgets[effort], signal };
  using folder = makeBenchFolder();
  const compiler = makeInstantCompiler(folder.path);
  const setup = { folder: folder.path, compilers: [compiler], jobs: jobsAtOnce };
  await using original = await startDaemon('original', setup);
  await using executable = await startDaemon('executable', setup);
  await using node = await startDaemon('Node', setup);
  const daemons = { original, executable, Node: node };
  const [warmUp, ...tasks] = tasksOf(effort, compiler);
  if (warmUp) await measureTask(daemons, warmUp, { ...options, rounds: 1 });
  for (const task of tasks) yield* await measureTask(daemons, task, options);
}

/** The first only warms up. 64 clients have 64 jobs of C++ done, which takes too long to be quick. */
function tasksOf(effort: Effort, compiler: string): Task[] {
  const jobs = makeJobs(compiler);
  const task = (name: keyof typeof jobs, clientCount: number): Task => ({
    ...{ job: jobs[name], clientCount, isReal: name !== 'instant' },
  });
  const counts = [1, 8, 64];
  const large = effort === 'quick' ? [8] : counts;
  return [
    task('instant', 8),
    ...counts.map((count) => task('instant', count)),
    ...counts.map((count) => task('c', count)),
    ...large.map((count) => task('c++', count)),
  ];
}
