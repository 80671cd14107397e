import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../test/helpers/free-port.ts';
import { makeFolder } from '../../test/helpers/make-folder.ts';
import { waitForPort } from '../../test/helpers/start-daemon.ts';
import { startSshd } from '../../test/helpers/start-sshd.ts';
import { BenchNeedError } from '../bench.ts';
import type { Bench, BenchOptions, Effort } from '../bench.ts';
import type { Row } from '../page/index.ts';

/** build/bench/ssh/ → dist/bin/ */
const bin = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/bin/${name}`, import.meta.url));

/** Jobs of each way, by turns. */
const roundCounts: Readonly<Record<Effort, number>> = { quick: 15, default: 40, full: 150 };

/** What a job over ssh may cost beside one over TCP, in milliseconds. */
const ALLOWED_MS = 10;

/** One way to a host, with the environment of its clients. */
interface Way {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timesMs: number[];
}

type Teardown = () => unknown;

/** A job over TCP and through ssh, to one daemon on this machine, once each broker is connected. */
export const sshBench: Bench = {
  summary: 'What a job through ssh costs beside one over TCP',
  notes: [
    'A small C file, with the executable; the broker is logged in already',
    'Through ssh to our distccd, jobs share a socket that is forwarded; to the original’s, each is a session',
  ],
  baseline: 'TCP',
  measure: compare,
};

async function* compare({ effort, signal }: BenchOptions): AsyncGenerator<Row, void> {
  if (!fs.existsSync(bin('distcc'))) throw new BenchNeedError('Needs `npm run build:bin` first');
  const teardowns: Teardown[] = [];
  const t = { teardown: (end: Teardown): void => void teardowns.push(end) };
  try {
    const folder = await makeFolder(t);
    fs.writeFileSync(path.join(folder, 'a.c'), 'int answer(void) { return 42; }\n');
    const ways = await makeWays(t, folder);
    for (let round = -2; round < roundCounts[effort]; round += 1) {
      signal.throwIfAborted();
      for (const way of ways) compile(way, folder, round >= 0);
    }
    yield {
      ...{ name: 'a job', unit: 'ms' },
      samples: Object.fromEntries(ways.map(({ name, timesMs }) => [name, timesMs])),
      wanted: [{ program: 'ssh, our distccd', kind: 'difference', atMost: ALLOWED_MS }],
    };
  } finally {
    for (const end of teardowns.reverse()) await end();
  }
}

async function makeWays(t: { teardown: (end: Teardown) => void }, folder: string): Promise<Way[]> {
  const port = await findFreePort();
  const words = ['--no-detach', '--listen', '127.0.0.1', '--port', String(port)];
  const daemon = spawn(bin('distccd'), words, { stdio: 'ignore' });
  t.teardown(() => daemon.kill());
  await waitForPort(port, daemon);
  const ours = await startSshd(t, { distccd: [bin('distccd')] });
  const original = await startSshd(t, { distccd: ['/usr/bin/distccd'] });
  const make = (name: string, env: NodeJS.ProcessEnv): Way => {
    const home = fs.mkdtempSync(path.join(folder, 'home-'));
    const own = { ...process.env, DISTCC_DIR: home, DISTCC_FALLBACK: '0', ...env };
    t.teardown(() => spawnSync(bin('distcc'), ['--stop'], { env: own }));
    return { name, env: own, timesMs: [] };
  };
  return [
    make('TCP', { DISTCC_HOSTS: `127.0.0.1:${port}` }),
    make('ssh, our distccd', { DISTCC_HOSTS: '@red', DISTCC_SSH: ours.ssh }),
    make('ssh, a session a job', { DISTCC_HOSTS: '@red', DISTCC_SSH: original.ssh }),
  ];
}

function compile({ env, timesMs }: Way, cwd: string, isCounted: boolean): void {
  const startedAtMs = performance.now();
  const { status, stderr } = spawnSync(bin('distcc'), ['gcc', '-c', 'a.c'], { env, cwd });
  if (status !== 0) throw new Error(`distcc ended with ${String(status)}: ${stderr.toString()}`);
  if (isCounted) timesMs.push(performance.now() - startedAtMs);
}
