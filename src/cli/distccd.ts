#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { asksForVersion, printVersion } from './version.ts';

const argv = process.argv.slice(2);
const isBrief = asksForVersion(argv);

await runCli('distccd', { isBrief }, async (signal) => {
  if (isBrief) return printVersion('distccd');
  const { runDistccd } = await import('./distccd-run.ts');
  return runDistccd(argv, signal);
});
