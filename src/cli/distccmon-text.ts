#!/usr/bin/env node
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../client/index.ts';
import { ArgumentError } from '../errors/index.ts';
import { askJobs, renderJobs } from './distcc-monitor.ts';
import { distccmonTextProgram } from './distccmon-text-program.ts';
import { renderHelp } from './render-help.ts';
import { runCli } from './run-cli.ts';
import { formatVersion } from './version.ts';

await runCli('distccmon-text', {}, async (signal, useStreams) => {
  useStreams();
  const [word = '', ...more] = process.argv.slice(2);
  if (word === '--help') process.stdout.write(renderHelp(distccmonTextProgram));
  else if (word === '--version') process.stdout.write(formatVersion('distccmon-text'));
  else await show(readDelay(word, more), signal);
  return 0;
});

/** Print what every job does now, once or again and again. */
async function show(delayMs: number, signal: AbortSignal): Promise<void> {
  const settings = readSettings(process.env);
  for (;;) {
    process.stdout.write(renderJobs(await askJobs(settings)));
    if (delayMs === 0) return;
    await sleep(delayMs, undefined, { signal });
  }
}

/** @returns milliseconds; 0 for once */
function readDelay(word: string, more: readonly string[]): number {
  const seconds = Number(word);
  if (more.length === 0 && (word === '' || (seconds > 0 && Number.isFinite(seconds)))) {
    return seconds * 1000;
  }
  throw new ArgumentError(`Cannot take "${[word, ...more].join(' ')}": want a delay in seconds`);
}
