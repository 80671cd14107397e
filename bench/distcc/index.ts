import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Effort } from '../bench.ts';
import { startDaemon } from '../distccd/daemon.ts';
import { makeClients, stopBrokers } from './clients.ts';
import { isReached, playScenario } from './compare.ts';
import type { Row } from './compare.ts';
import { makeCompilers, writeSources } from './compilers.ts';
import { renderHead, renderRow } from './render.ts';
import { makeScenarios } from './scenarios.ts';

/** build/bench/distcc.json */
const resultFile = fileURLToPath(new URL('../distcc.json', import.meta.url));

/** Our client, with Node and as the executable, against the original's: single jobs and whole builds. */
export const distccBench: Bench = {
  summary: 'our client against the original distcc: single jobs, whole builds, a stalled host',
  run: async ({ effort, write, signal }) => {
    const rows = await compare(effort, write, signal);
    const missed = rows.filter((row) => !isReached(row)).length;
    write('');
    write(`Not as wanted: ${missed} of ${rows.length} rows`);
    fs.mkdirSync(path.dirname(resultFile), { recursive: true });
    fs.writeFileSync(
      resultFile,
      `${JSON.stringify({ node: process.version, rows }, undefined, 2)}\n`,
    );
    write(`Every row: ${path.relative('.', resultFile)}`);
    return 0;
  },
};

/**
 * Measure every row; the table grows line by line.
 * @throws {BenchNeedError} when this machine cannot
 */
export async function compare(
  effort: Effort,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'distcc-bench-'));
  fs.chmodSync(folder, 0o777);
  try {
    return await compareIn(folder, effort, write, signal);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function compareIn(
  folder: string,
  effort: Effort,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<Row[]> {
  const compilers = makeCompilers(folder);
  writeSources(folder);
  const clients = makeClients(folder, folder);
  await using good = await startDaemon('original', { folder, compilers, jobs: 8 });
  await using narrow = await startDaemon('original', { folder, compilers, jobs: 2 });
  await using silent = await startDaemon('original', { folder, compilers, jobs: 4 });
  process.kill(-silent.pid, 'SIGSTOP');
  try {
    for (const line of renderHead()) write(line);
    const ports = { good: good.port, narrow: narrow.port, stalled: silent.port };
    const rows: Row[] = [];
    for (const scenario of makeScenarios(effort, { folder, ports, signal })) {
      const more = await playScenario(scenario, clients);
      rows.push(...more);
      for (const row of more) write(renderRow(row));
    }
    return rows;
  } finally {
    process.kill(-silent.pid, 'SIGCONT'); // or it could not end
    stopBrokers(clients);
  }
}
