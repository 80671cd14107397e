import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const count = Number(values.count);
const seed = values.seed === undefined ? randomInt(2 ** 30) : Number(values.seed);
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stop.abort(new Error(`Stopped by ${name}`));
  });
}
const write = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'distccd-fuzz-'));
fs.chmodSync(folder, 0o777);
write(`${count} conversations with distccd, seed ${seed}`);
const startedAtMs = performance.now();
try {
  const kinds = await fuzz({ count, seed, folder, write, signal: stop.signal });
  for (const [kind, times] of [...kinds].sort()) write(`${String(times).padStart(8)} ${kind}`);
  write(`No fault in ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
  fs.rmSync(folder, { recursive: true });
} catch (error) {
  write(String(error)); // the folder with the log stays
  process.exitCode = 1;
}
