import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Effort } from '../bench.ts';
import { startDaemon } from './daemon.ts';
import { makeInstantCompiler, makeJobs } from './jobs.ts';
import { measureRow } from './measure.ts';
import type { MeasureOptions, Row, RowResult } from './measure.ts';
import { isRight, renderFaults, renderHead, renderRow } from './render.ts';

/** build/bench/distccd.json */
const resultFile = fileURLToPath(new URL('../distccd.json', import.meta.url));

const budgets: Readonly<Record<Effort, Omit<MeasureOptions, 'signal'>>> = {
  quick: { rounds: 2, ms: 900 },
  default: { rounds: 5, ms: 2000 },
  full: { rounds: 9, ms: 5000 },
};

/** Both daemons get so many: what the original takes by itself, two more than processors. */
const jobsAtOnce = os.availableParallelism() + 2;

/** Ours against the original: jobs per second, and what a job costs. */
export const distccdBench: Bench = {
  summary: 'ours against the original distccd, with an instant compiler and with real ones',
  run: async ({ effort, write, signal }) => {
    const options = { ...budgets[effort], signal };
    const rows = await compare(effort, options, write);
    for (const line of renderFaults(rows)) write(line);
    fs.mkdirSync(path.dirname(resultFile), { recursive: true });
    fs.writeFileSync(
      resultFile,
      `${JSON.stringify({ node: process.version, rows }, undefined, 2)}\n`,
    );
    write(`Every row: ${path.relative('.', resultFile)}`);
    return rows.every(isRight) ? 0 : 1;
  },
};

/**
 * Measure every row; the table grows line by line.
 * @throws {BenchNeedError} when this machine cannot
 */
export async function compare(
  effort: Effort,
  options: MeasureOptions,
  write: (line: string) => void,
): Promise<RowResult[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'distccd-bench-'));
  fs.chmodSync(folder, 0o777);
  try {
    const compiler = makeInstantCompiler(folder);
    const setup = { folder, compilers: [compiler], jobs: jobsAtOnce };
    await using original = await startDaemon('original', setup);
    await using ours = await startDaemon('ours', setup);
    for (const line of renderHead(jobsAtOnce)) write(line);
    const [warmUp, ...rows] = rowsOf(effort, compiler);
    if (warmUp) await measureRow({ original, ours }, warmUp, { ...options, rounds: 1 });
    const results: RowResult[] = [];
    for (const row of rows) {
      const result = await measureRow({ original, ours }, row, options);
      results.push(result);
      write(renderRow(result));
    }
    return results;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The first only warms up. 64 clients have 64 jobs of C++ done, which takes too long to be quick. */
function rowsOf(effort: Effort, compiler: string): Row[] {
  const jobs = makeJobs(compiler);
  const row = (name: keyof typeof jobs, clientCount: number): Row => ({
    ...{ job: jobs[name], clientCount, isReal: name !== 'instant' },
  });
  const counts = [1, 8, 64];
  const large = effort === 'quick' ? [8] : counts;
  return [
    row('instant', 8),
    ...counts.map((count) => row('instant', count)),
    ...counts.map((count) => row('c', count)),
    ...large.map((count) => row('c++', count)),
  ];
}
