import { clientNames } from './clients.ts';
import type { Client, ClientName } from './clients.ts';
import type { Metric, Scenario } from './scenarios.ts';

/** One line of the table: medians, in the metric's unit. */
export interface Row {
  readonly metric: Metric;
  readonly medians: Readonly<Record<ClientName, number>>;
  /** The executable's share of the original's: the median of the rounds. */
  readonly ratio: number;
}

/** Let the clients play a scenario by turns, so that a busy moment of the machine meets them all. */
export async function playScenario(
  { metrics, rounds, run }: Scenario,
  clients: readonly Client[],
): Promise<Row[]> {
  const results: Record<ClientName, (readonly number[])[]> = {
    ...{ original: [], node: [], executable: [] },
  };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? clients : clients.toReversed();
    for (const client of order) results[client.name].push(await run(client));
  }
  return metrics.map((metric, column) => {
    const values = (name: ClientName): number[] =>
      results[name].map((numbers) => numbers[column] ?? NaN);
    const medians = Object.fromEntries(clientNames.map((name) => [name, median(values(name))]));
    const original = values('original');
    const ratios = values('executable').map((value, round) => value / (original[round] ?? NaN));
    return { metric, medians: medians as Row['medians'], ratio: median(ratios) };
  });
}

/** Whether the executable has what is wanted, or nothing is. */
export function isReached({ metric, medians, ratio }: Row): boolean {
  const { wanted = Infinity, wantedRatio = Infinity } = metric;
  return medians.executable <= wanted && !(ratio > wantedRatio);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (low + (sorted[Math.floor(sorted.length / 2)] ?? NaN)) / 2;
}
