import type { Bench } from '../bench.ts';
import type { Row } from '../page/index.ts';
import type { Farm } from './farm.ts';
import { openLaboratory } from './laboratory.ts';
import { measureFarm } from './measure.ts';
import type { MeasureOptions } from './measure.ts';
import { budgets, farmsOf, pictures, warmUp } from './rows.ts';
import { toRows } from './to-rows.ts';

/** Ours against the original, on a lossy network with hosts that misbehave. */
export const lsdistccBench: Bench = {
  summary:
    'Vetting a farm: ours against the original lsdistcc, on a DNS that is slow or loses packets',
  notes: [
    'original: lsdistcc -pgcc; status: ours with -pgcc --verify status, the same work; object: ours with -pgcc, which proves each host',
    'A network of its own with one DNS server and one process that plays every host and answers at once with a right object',
    'Every program of a round meets the same lost packets. Where nothing is said, each run named every good host and no other',
    'The original knows 500 hosts at most: above, its time says nothing and is left out',
  ],
  baseline: 'original',
  pictures,
  measure: ({ effort, signal }) => compareAt(farmsOf(effort), { ...budgets[effort], signal }),
};

/**
 * Compare all programs at each farm.
 * @throws {BenchNeedError} when this machine cannot
 */
export async function* compareAt(
  farms: readonly Farm[],
  options: MeasureOptions,
): AsyncGenerator<Row, void> {
  using laboratory = await openLaboratory(options.signal);
  await measureFarm(laboratory, warmUp, { ...options, maxRuns: 1 });
  for (const farm of farms) yield* toRows(farm, await measureFarm(laboratory, farm, options));
}
