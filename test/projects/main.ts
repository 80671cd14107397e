import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildHere, buildOnFarm, describeWhere } from './build-on-farm.ts';
import type { BuildOptions } from './build-on-farm.ts';
import { leveldb, lua, re2, redis } from './projects.ts';

// npm run builds -- [--full] [PROJECT…]
// Whole projects by our client, whose servers are killed, stopped and started all the time, make -j8 and -j64.

/** What is built: debug information shows whether a compiler saw the source or its own text. */
const projects = {
  lua: { project: lua, flags: ' -g', hasDebug: true },
  leveldb: { project: leveldb, flags: '', hasDebug: false },
  redis: { project: redis, flags: '', hasDebug: true }, // its own makefile says -g
  re2: { project: re2, flags: '', hasDebug: false },
} as const;

type Name = keyof typeof projects;

const HANG_MS = 60 * 60_000;

const { values, positionals } = parseArgs({
  options: { full: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = (Object.keys(projects) as Name[]).filter(
  (name) => positionals.length === 0 || positionals.includes(name),
);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lsdistcc-builds-'));
fs.chmodSync(folder, 0o755);
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stop.abort();
  });
}
let faultCount = 0;
try {
  for (const name of names) faultCount += await buildAll(name);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
write(faultCount === 0 ? 'Every object is right, and nothing is left' : `${faultCount} faults`);
process.exitCode = faultCount === 0 ? 0 : 1;

/** @returns how many things were wrong */
async function buildAll(name: Name): Promise<number> {
  const { project, flags, hasDebug } = projects[name];
  const common = { project, folder, flags, hangMs: HANG_MS, signal: stop.signal };
  const local = await buildHere(common, hasDebug);
  let count = 0;
  for (const { kind, jobs } of findTurns(values.full)) {
    const result = await buildOnFarm({ ...common, kind, jobs, local });
    const title = `${name.padEnd(8)} ${`-j${jobs}`.padEnd(4)} ${kind.padEnd(8)}`;
    const verdict = result.faults.length === 0 ? 'all right' : 'WRONG';
    write(`${title} ${result.objects} objects, ${verdict}: ${describeWhere(result)}`);
    for (const fault of result.faults) write(`  ${fault}`);
    count += result.faults.length;
  }
  return count;
}

function findTurns(isFull: boolean): readonly Pick<BuildOptions, 'kind' | 'jobs'>[] {
  const few = [
    { kind: 'ours', jobs: 64 },
    { kind: 'original', jobs: 8 },
  ] as const;
  const more = [
    { kind: 'ours', jobs: 8 },
    { kind: 'original', jobs: 64 },
  ] as const;
  return isFull ? [...few, ...more] : few;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
