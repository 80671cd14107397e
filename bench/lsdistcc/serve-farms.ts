import type { Farm } from './farm.ts';

/** What the laboratory tells a server before each run. */
export interface FarmOrder {
  readonly farm: Farm;
  /** The same for every program of a round: all meet the same luck. */
  readonly seed: number;
}

/**
 * The server's end of the channel to the laboratory: takes orders, says when each is in force, and
 * ends this process when the laboratory is gone, however it went.
 * @param play - puts an order in force
 */
export function serveFarms(play: (farm: Farm, seed: number) => void): void {
  // Ctrl-C reaches every process of the terminal: the laboratory decides when the servers go.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit());
  process.on('message', (order) => {
    const { farm, seed } = order as FarmOrder;
    play(farm, seed);
    process.send?.('done');
  });
  process.send?.('ready');
}
