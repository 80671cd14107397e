#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { formatVersion } from './version.ts';

await runCli('lsdistcc', { usageCode: 2 }, async (signal) => {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(formatVersion('lsdistcc')); // nothing else need be loaded
    return 0;
  }
  const { runLsdistcc } = await import('./lsdistcc-run.ts');
  return runLsdistcc(argv, signal);
});
