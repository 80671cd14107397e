import os from 'node:os';
import type { Bench, BenchOptions } from './bench.ts';
import { describeEnvironment, renderRow, saveResults, writePage } from './page/index.ts';
import type { Row } from './page/index.ts';

/** How {@link runBenches} runs, and where its results go. */
export interface RunOptions extends BenchOptions {
  /** The folder of the page. */
  readonly docs: string;
  /** Takes one line of the report, without its end. */
  readonly write: (line: string) => void;
}

/**
 * Measure some subjects; each renews its part of the page as soon as it is done.
 * @param wanted - names of subjects
 * @param all - every subject, in the order of the page
 * @returns the exit code: 1 when a result is wrong, however fast it came
 * @throws {BenchNeedError} when this machine lacks something
 */
export async function runBenches(
  wanted: readonly string[],
  all: Readonly<Record<string, Bench>>,
  options: RunOptions,
): Promise<number> {
  const load = Number((os.loadavg()[0] ?? 0).toFixed(2)); // once: later it is our own
  let exitCode = 0;
  for (const [name, bench] of Object.entries(all)) {
    if (!wanted.includes(name)) continue;
    const rows = await runBench(name, bench, load, options);
    writePage(options.docs, Object.keys(all));
    if (rows.some(({ faults = [] }) => faults.length > 0)) exitCode = 1;
  }
  return exitCode;
}

async function runBench(
  name: string,
  { measure, ...subject }: Bench,
  load: number,
  { effort, signal, docs, write }: RunOptions,
): Promise<Row[]> {
  const startedAt = new Date();
  write(`${name}: ${subject.summary}`);
  const rows: Row[] = [];
  for await (const measured of measure({ effort, signal })) {
    const row = { ...measured, samples: roundAll(measured.samples) };
    rows.push(row);
    for (const line of renderRow(row, subject.baseline)) write(line);
  }
  const tookS = Math.round((Date.now() - startedAt.getTime()) / 1000);
  saveResults(docs, {
    ...{ name, effort, startedAt: startedAt.toISOString(), tookS, load },
    ...{ processors: os.availableParallelism(), environment: describeEnvironment() },
    ...{ ...subject, rows },
  });
  write(`${name}: ${tookS} s`);
  return rows;
}

/** Four digits: what is told at once is what the page will show. */
function roundAll(samples: Row['samples']): Row['samples'] {
  const round = (value: number): number => Number(value.toPrecision(4));
  return Object.fromEntries(
    Object.entries(samples).map(([program, values]) => [program, values.map(round)]),
  );
}
