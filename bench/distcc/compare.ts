import type { Row } from '../page/index.ts';
import { clientNames } from './clients.ts';
import type { Client, ClientName } from './clients.ts';
import type { Scenario } from './scenario.ts';

/** Let the clients play a scenario by turns, so that a busy moment of the machine meets them all. */
export async function playScenario(
  { metrics, rounds, run }: Scenario,
  clients: readonly Client[],
): Promise<Row[]> {
  const results: Record<ClientName, (readonly number[])[]> = {
    ...{ original: [], executable: [], Node: [] },
  };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? clients : clients.toReversed();
    for (const client of order) results[client.name].push(await run(client));
  }
  return metrics.map((metric, column) => {
    const samplesOf = (name: ClientName): number[] =>
      results[name].map((numbers) => numbers[column] ?? NaN);
    return {
      ...metric,
      samples: Object.fromEntries(clientNames.map((name) => [name, samplesOf(name)])),
    };
  });
}
