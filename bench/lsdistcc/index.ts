import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { Farm } from './farm.ts';
import { openLaboratory } from './laboratory.ts';
import { measureRow } from './measure.ts';
import type { MeasureOptions, RowResult } from './measure.ts';
import { isRight, renderFaults, renderHead, renderRow } from './render.ts';
import { budgets, farmsOf, warmUp } from './rows.ts';

/** build/bench/lsdistcc.json */
const resultFile = fileURLToPath(new URL('../lsdistcc.json', import.meta.url));

/** Ours against the original, on a lossy network with hosts that misbehave. */
export const lsdistccBench: Bench = {
  summary: 'ours against the original lsdistcc, on a DNS that is slow or loses packets',
  run: async ({ effort, write, signal }) => {
    const options = { ...budgets[effort], resultFile, write, signal };
    const rows = await compareAt(farmsOf(effort), options);
    for (const line of renderFaults(rows)) write(line);
    write(`Every run: ${path.relative('.', resultFile)}`);
    return rows.every(isRight) ? 0 : 1;
  },
};

/** How {@link compareAt} runs, and where its report goes. */
export interface CompareOptions extends MeasureOptions {
  readonly resultFile: string;
  readonly write: (line: string) => void;
}

/**
 * Compare all programs at each farm; the table grows line by line, the JSON file is written at the end.
 * @throws {BenchNeedError} when this machine cannot
 */
export async function compareAt(
  farms: readonly Farm[],
  options: CompareOptions,
): Promise<RowResult[]> {
  const startedAt = new Date().toISOString();
  using laboratory = await openLaboratory(options.signal);
  const rows: RowResult[] = [];
  for (const line of renderHead()) options.write(line);
  await measureRow(laboratory, warmUp, { ...options, maxRuns: 1 });
  for (const farm of farms) {
    const row = await measureRow(laboratory, farm, options);
    rows.push(row);
    options.write(renderRow(row));
  }
  await mkdir(path.dirname(options.resultFile), { recursive: true });
  const document = { startedAt, node: process.version, rows };
  await writeFile(options.resultFile, `${JSON.stringify(document, undefined, 2)}\n`);
  return rows;
}
