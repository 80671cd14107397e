import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findGrowth, mebibytes, soak } from './soak.ts';
import type { SoakResult } from './soak.ts';

/** A daemon that has compiled for a while may not grow by more: what garbage does to memory. */
const MAX_GROWTH = 1.15;
/** Memory is compared from here on: compiled code and caches come first. */
const WARM_UP = 0.25;

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '10000' } } });
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stop.abort(new Error(`Stopped by ${name}`));
  });
}
const write = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'distccd-soak-'));
fs.chmodSync(folder, 0o777);
try {
  const jobCount = Number(values.jobs);
  write(['jobs', 'memory', 'descriptors', 'processes', 'files'].map(pad).join('  '));
  const startedAtMs = performance.now();
  const result = await soak({ jobCount, folder, write, signal: stop.signal });
  write(`${jobCount} jobs in ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
  process.exitCode = judge(result);
} catch (error) {
  write(String(error));
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

function judge({ looks, wrongCount, deathMs }: SoakResult): number {
  const warm = looks.slice(Math.floor(looks.length * WARM_UP)).map((look) => look.residentBytes);
  const half = Math.floor(warm.length / 2);
  const [before, after] = [median(warm.slice(0, half)), median(warm.slice(-half))];
  const isFlat = after <= before * MAX_GROWTH;
  const growth = findGrowth(looks);
  write(
    `Memory, warm: ${mebibytes(before)} → ${mebibytes(after)} MiB${isFlat ? '' : ': not flat'}`,
  );
  write(`Grown: ${growth.join(', ') || 'nothing'}`);
  write(`Jobs that went wrong: ${wrongCount}`);
  const [middle, last] = [median(deathMs), deathMs.at(-1) ?? NaN];
  const tail = deathMs[Math.floor(deathMs.length * 0.99)] ?? NaN;
  const figures = [middle, tail, last].map((ms) => `${ms.toFixed(0)} ms`).join(', ');
  write(`Compilers of ${deathMs.length} clients that vanished were dead after: ${figures}`);
  write('  (median, 99th of a hundred, longest)');
  return isFlat && growth.length === 0 && wrongCount === 0 ? 0 : 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function pad(text: string): string {
  return text.padStart(11);
}
