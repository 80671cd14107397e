import type { Bench, BenchOptions, Effort } from '../bench.ts';
import { makeClients, stopBrokers } from '../distcc/clients.ts';
import type { Client } from '../distcc/clients.ts';
import { playScenario } from '../distcc/compare.ts';
import { makeCompilers, writeSources } from '../distcc/compilers.ts';
import { measureRun } from '../distcc/run.ts';
import { atMost } from '../distcc/scenario.ts';
import type { Scenario } from '../distcc/scenario.ts';
import { startDaemon } from '../distccd/daemon.ts';
import { makeBenchFolder } from '../make-bench-folder.ts';
import type { Row } from '../page/index.ts';
import { makeStopwatch } from './stopwatch.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What a program may take to start, as a share of the original's time, which is 2 ms. */
const WANTED_START = 4;
/** A small job, as a share of the original's time. */
const WANTED_JOB = 1.2;
/** MiB of the executable. */
const WANTED_MEMORY = 45;
const CAP_MS = 60_000;

/** Runs of each program. */
const rounds: Readonly<Record<Effort, { start: number; compile: number; memory: number }>> = {
  quick: { start: 11, compile: 5, memory: 2 },
  default: { start: 41, compile: 21, memory: 5 },
  full: { start: 101, compile: 51, memory: 9 },
};

/** What every call of a program costs: its start, one small job, and memory. */
export const startBench: Bench = {
  summary: 'Starting: what each call of a program costs, and one job',
  notes: [
    'lsdistcc --version: the original has none and prints its usage instead; wanted is four times the 2 ms of the original distcc',
    'A job is compiled by the original’s daemon on loopback; every program has run once before',
    'Memory: the most that the program itself had resident at once; with jobs, while a compiler takes 0.3 s',
  ],
  baseline: 'original',
  measure,
};

interface Stage {
  readonly folder: string;
  readonly hosts: string;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal;
}

async function* measure({ effort, signal }: BenchOptions): AsyncGenerator<Row, void> {
  using folder = makeBenchFolder();
  const compilers = makeCompilers(folder.path);
  writeSources(folder.path);
  const clients = makeClients(folder.path, folder.path);
  const setup = { folder: folder.path, compilers, jobs: 4 };
  await using daemon = await startDaemon('original', setup);
  const hosts = `127.0.0.1:${daemon.port}/4`;
  const stage = { folder: folder.path, hosts, stopwatch: makeStopwatch(folder.path), signal };
  try {
    for (const scenario of makeScenarios(effort, stage)) {
      for (const client of clients) await scenario.run(client);
      yield* await playScenario(scenario, clients);
    }
  } finally {
    stopBrokers(clients);
  }
}

function makeScenarios(effort: Effort, stage: Stage): Scenario[] {
  const { start, compile, memory } = rounds[effort];
  const small = ['-c', 'small.c', '-o', 'small.o'];
  const iostream = ['-c', 'hello.cc', '-o', 'hello.o'];
  return [
    ...['lsdistcc', 'distcc', 'distccd'].map((program) => version(program, start, stage)),
    job(['gcc', ...small], compile, stage, { name: 'small C file', wanted: atMost(WANTED_JOB) }),
    job(['g++', ...iostream], compile, stage, { name: '<iostream> file' }),
    jobMemory('small C file', ['slow-cxx', ...small], memory, stage),
    jobMemory('<iostream> file', ['slow-cxx', ...iostream], memory, stage),
  ];
}

function version(program: string, count: number, stage: Stage): Scenario {
  const name = `${program} --version`;
  const isNew = program === 'lsdistcc';
  return {
    metrics: [
      {
        name,
        unit: 'ms',
        wanted: isNew ? atMost(WANTED_START * 2, 'value') : atMost(WANTED_START),
      },
      { name: `${name}: memory`, unit: 'MiB', wanted: atMost(WANTED_MEMORY, 'value') },
    ],
    rounds: count,
    run: async (client) => {
      const exitCode = isNew && client.name === 'original' ? 1 : 0;
      const options = { ...optionsOf(client, stage), exitCode };
      const lap = await stage.stopwatch([...client.commandOf(program), '--version'], options);
      return [lap.wallMs, lap.peakMiB];
    },
  };
}

function job(
  words: readonly string[],
  count: number,
  stage: Stage,
  row: Pick<Row, 'name' | 'wanted'>,
): Scenario {
  return {
    metrics: [{ ...row, unit: 'ms' }],
    rounds: count,
    run: async (client) => {
      const { wallMs } = await stage.stopwatch([...client.command, ...words], {
        ...optionsOf(client, stage),
        exitCode: 0,
      });
      return [wallMs];
    },
  };
}

/** By looks at the client alone, in the time of a slow compiler: the preprocessor has more than the client. */
function jobMemory(name: string, words: readonly string[], count: number, stage: Stage): Scenario {
  return {
    metrics: [{ name: `${name}: memory`, unit: 'MiB', wanted: atMost(WANTED_MEMORY, 'value') }],
    rounds: count,
    run: async (client) => {
      const options = { ...optionsOf(client, stage), capMs: CAP_MS };
      const { peakBytes } = await measureRun([...client.command, ...words], options);
      return [peakBytes / 1024 ** 2];
    },
  };
}

function optionsOf({ env }: Client, { folder, hosts, signal }: Stage) {
  return { cwd: folder, env: { ...env, DISTCC_HOSTS: hosts }, signal };
}
