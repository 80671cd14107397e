#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { asksForVersion, printVersion } from './version.ts';

const argv = process.argv.slice(2);
const isBrief = asksForVersion(argv);

await runCli('distccd', { isBrief }, async (signal, useStreams) => {
  if (isBrief) return printVersion('distccd');
  useStreams();
  const { runDistccd } = await import('./distccd-run.ts');
  return runDistccd(argv, signal);
});
