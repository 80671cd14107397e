import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BenchNeedError } from './bench.ts';
import { benches } from './benches.ts';
import { writePage } from './page/index.ts';
import { runBenches } from './run-bench.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

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
      page: { type: 'boolean', default: false },
      output: { type: 'string', default: docs },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined || values.help) return help(unknown);
  const names = Object.keys(benches);
  if (!values.page) {
    const effort = values.quick ? 'quick' : values.full ? 'full' : 'default';
    const options = { effort, docs: values.output, write, signal: stop.signal } as const;
    return runBenches(positionals.length > 0 ? positionals : names, benches, options);
  }
  writePage(values.output, names);
  write(`Wrote ${path.relative('.', path.join(values.output, 'benchmarks.md'))}`);
  return 0;
}

function help(unknown: string | undefined): number {
  if (unknown !== undefined) write(`There is no bench "${unknown}"`);
  write('npm run bench -- [--quick | --full] [--output FOLDER] [BENCH…]');
  write('npm run bench -- --page    (writes the page anew, measures nothing)');
  for (const [name, { summary }] of Object.entries(benches)) write(`  ${name}  ${summary}`);
  return unknown === undefined ? 0 : 2;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
