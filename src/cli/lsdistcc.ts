#!/usr/bin/env node
import { farmCommands } from './farm-program.ts';
import type { FarmCommand } from './farm-program.ts';
import { runCli } from './run-cli.ts';
import { asksForVersion, printVersion } from './version.ts';

const argv = process.argv.slice(2);

await runCli('lsdistcc', { usageCode: 2 }, async (signal, useStreams) => {
  if (asksForVersion(argv)) return printVersion('lsdistcc');
  const farmCommand = readFarmCommand(argv);
  if (farmCommand !== undefined) {
    useStreams();
    const { runFarm } = await import('./farm-commands.ts'); // the library of certificates is large
    await runFarm(farmCommand, argv.slice(2), signal);
    return 0;
  }
  const { runLsdistcc } = await import('./lsdistcc-run.ts');
  return runLsdistcc(argv, signal, useStreams);
});

/** `farm` alone, or before anything else, is a host. */
function readFarmCommand([first, second]: readonly string[]): FarmCommand | undefined {
  return first === 'farm' ? farmCommands.find((command) => command === second) : undefined;
}
