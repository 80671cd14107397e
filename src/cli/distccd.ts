#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { asksForVersion, printVersion } from './version.ts';

const argv = process.argv.slice(2);

await runCli('distccd', {}, async (signal, useStreams) => {
  if (asksForVersion(argv)) return printVersion('distccd');
  useStreams();
  const { runDistccd } = await import('./distccd-run.ts');
  return runDistccd(argv, signal);
});
