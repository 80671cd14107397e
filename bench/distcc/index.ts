import type { Bench, BenchOptions } from '../bench.ts';
import { startDaemon } from '../distccd/daemon.ts';
import { makeBenchFolder } from '../make-bench-folder.ts';
import type { Row } from '../page/index.ts';
import { makeClients, stopBrokers } from './clients.ts';
import { playScenario } from './compare.ts';
import { makeCompilers, writeSources } from './compilers.ts';
import { makeScenarios } from './scenarios.ts';

/** Our client, with Node and as the executable, against the original's: jobs and whole builds. */
export const distccBench: Bench = {
  summary:
    'Building: our client against the original distcc, for whole builds and with a stalled host',
  notes: [
    'One daemon for all, the original’s, on loopback',
    'CPU: user and system time of the command and all it waits for (preprocessors too), and of our broker',
  ],
  baseline: 'original',
  measure: compare,
};

async function* compare({ effort, signal }: BenchOptions): AsyncGenerator<Row, void> {
  using folder = makeBenchFolder();
  const compilers = makeCompilers(folder.path);
  writeSources(folder.path);
  const clients = makeClients(folder.path, folder.path);
  const setup = { folder: folder.path, compilers };
  await using good = await startDaemon('original', { ...setup, jobs: 8 });
  await using narrow = await startDaemon('original', { ...setup, jobs: 2 });
  await using silent = await startDaemon('original', { ...setup, jobs: 4 });
  process.kill(-silent.pid, 'SIGSTOP');
  try {
    const ports = { good: good.port, narrow: narrow.port, stalled: silent.port };
    for (const scenario of makeScenarios(effort, { folder: folder.path, ports, signal })) {
      yield* await playScenario(scenario, clients);
    }
  } finally {
    process.kill(-silent.pid, 'SIGCONT'); // or it could not end
    stopBrokers(clients);
  }
}
