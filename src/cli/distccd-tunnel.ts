import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { Launcher, makeLog, startTunnel } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';
import { openLog } from './distccd-log.ts';
import { readSettings } from './distccd-options.ts';
import { lowerPriority, setOomScore, Settlement } from './distccd-settle.ts';

/**
 * Serve on a socket of this user's own, and say where it is, until standard input ends: whoever started
 * this, by ssh, is gone then.
 * @returns the exit code
 */
export async function serveTunnel(line: CommandLine, signal: AbortSignal): Promise<number> {
  const settings = readSettings(line);
  const log = makeLog(openLog(line, true), settings.logLevel, settings.logFormat);
  lowerPriority(settings.nice);
  setOomScore(settings.oomScore);
  const settlement = new Settlement(line);
  const launcher = new Launcher(settings.limits);
  try {
    settlement.settle(); // from here on the folder of temporary files is a private one
    launcher.prepare();
    const { compilers } = settlement;
    const file = path.join(os.tmpdir(), 'socket');
    const tunnel = await startTunnel(file, { ...settings, compilers, log, run: launcher.run });
    process.stdout.write(`distccd listens at ${file}\n`);
    await endOf(signal);
    await tunnel.close();
  } finally {
    await launcher.close();
    settlement.leave();
  }
  return 0;
}

async function endOf(signal: AbortSignal): Promise<void> {
  const { stdin } = process;
  stdin.resume();
  const ends = [once(stdin, 'end'), once(stdin, 'close'), once(signal, 'abort')];
  if (!signal.aborted) await Promise.race(ends).catch(() => undefined); // an error is an end, too
  stdin.destroy();
}
