import { parseArgs } from 'node:util';
import { BenchNeedError } from './bench.ts';
import type { Bench, Effort } from './bench.ts';
import { distccBench } from './distcc/index.ts';
import { distccdBench } from './distccd/index.ts';
import { lsdistccBench } from './lsdistcc/index.ts';
import { sshBench } from './ssh/index.ts';
import { tlsBench } from './tls/index.ts';

const benches: Readonly<Record<string, Bench>> = {
  lsdistcc: lsdistccBench,
  distccd: distccdBench,
  distcc: distccBench,
  ssh: sshBench,
  tls: tlsBench,
};

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stop.abort(new Error(`Stopped by ${name}`));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof BenchNeedError) && !stop.signal.aborted) throw error;
  process.stderr.write(`bench: ${stop.signal.aborted ? 'stopped' : (error as Error).message}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined || values.help) return help(unknown);
  const effort: Effort = values.quick ? 'quick' : values.full ? 'full' : 'default';
  const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
  return runAll(wanted, effort);
}

async function runAll(wanted: readonly string[], effort: Effort): Promise<number> {
  let exitCode = 0;
  for (const [name, bench] of Object.entries(benches)) {
    if (!wanted.includes(name)) continue;
    write(`${name}: ${bench.summary}`);
    exitCode = Math.max(exitCode, await bench.run({ effort, write, signal: stop.signal }));
  }
  return exitCode;
}

function help(unknown: string | undefined): number {
  if (unknown !== undefined) write(`There is no bench "${unknown}"`);
  write('npm run bench -- [--quick | --full] [BENCH…]');
  for (const [name, { summary }] of Object.entries(benches)) write(`  ${name}  ${summary}`);
  return unknown === undefined ? 0 : 2;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
