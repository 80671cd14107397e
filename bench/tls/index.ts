import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { addMachine, initAuthority, openAuthority } from '../../src/farm/index.ts';
import { BenchNeedError } from '../bench.ts';
import type { Bench, BenchOptions } from '../bench.ts';
import type { Row } from '../page/index.ts';

const ADDRESS = '127.0.0.1';
const PORTS = { plain: 36_321, tls: 36_341 };
const jobs = { quick: 5, default: 40, full: 200 };

/** What a job over TLS may cost beside a plain one, in milliseconds. */
const ALLOWED_MS = 3;

/** The same daemon, the same file, one job after the other, over TLS and not. */
export const tlsBench: Bench = {
  summary: 'What a job over TLS costs beside a plain one, with tickets',
  notes: [
    'Our daemon and our client, both as the executable, then both run by Node; what is wanted is wanted of the executable',
  ],
  baseline: 'plain',
  measure,
};

async function* measure({ effort, signal }: BenchOptions): AsyncGenerator<Row, void> {
  for (const by of ['executable', 'Node'] as const) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-tls-'));
    try {
      const { plain, tls } = await compare({ folder, by, signal }, jobs[effort]);
      yield {
        ...{ name: `a job, ${by}`, unit: 'ms', samples: { plain, TLS: tls } },
        ...(by === 'executable' && {
          wanted: [{ program: 'TLS', kind: 'difference', atMost: ALLOWED_MS }],
        }),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** What runs our programs, and where. */
interface Stage {
  readonly folder: string;
  readonly by: 'executable' | 'Node';
  readonly signal: AbortSignal;
}

interface Times {
  readonly plain: number[];
  readonly tls: number[];
}

async function compare(stage: Stage, count: number): Promise<Times> {
  const { folder, by, signal } = stage;
  const served = await certify(folder);
  const [plain, tls] = [String(PORTS.plain), String(PORTS.tls)];
  const ports = ['--plain', '--port', plain, '--tls', '--tls-port', tls, '--listen', ADDRESS];
  const user = process.getuid?.() === 0 ? ['--user', 'root'] : [];
  const words = ['--no-detach', '--log-file', path.join(folder, 'log'), ...ports, ...user];
  const env = { ...process.env, DISTCC_TLS_DIR: served };
  const [daemonFile, ...daemonWords] = commandOf('distccd', by);
  const daemon = spawn(daemonFile, [...daemonWords, ...words], { env, stdio: 'inherit' });
  const ended = once(daemon, 'close');
  try {
    await Promise.all(Object.values(PORTS).map((port) => waitForPort(port)));
    await writeFile(path.join(folder, 'a.c'), 'int x;\n');
    const times: Times = { plain: [], tls: [] };
    for (let run = -1; run < count; run += 1) {
      signal.throwIfAborted();
      const took = {
        plain: await compile(`${ADDRESS}:${plain}`, stage),
        tls: await compile(`${ADDRESS}:${tls},tls`, stage),
      };
      if (run < 0) continue; // the first shows its certificate
      times.plain.push(took.plain);
      times.tls.push(took.tls);
    }
    return times;
  } finally {
    daemon.kill();
    await ended;
  }
}

/** @returns the daemon's folder; the client's is `tls` */
async function certify(folder: string): Promise<string> {
  const farm = path.join(folder, 'farm');
  await initAuthority(farm, { days: 1 });
  const authority = await openAuthority(farm);
  const client = await addMachine(authority, { names: [], client: 'bench' }, 1);
  await rename(client, path.join(folder, 'tls'));
  return addMachine(authority, { names: [ADDRESS] }, 1);
}

async function compile(hosts: string, { folder, by }: Stage): Promise<number> {
  const env = { ...process.env, DISTCC_DIR: folder, DISTCC_HOSTS: hosts, DISTCC_FALLBACK: '0' };
  const [file, ...words] = [...commandOf('distcc', by), 'gcc', '-c', 'a.c'];
  const startedAtMs = performance.now();
  const child = spawn(file, words, { cwd: folder, env, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new BenchNeedError(`distcc gcc -c a.c on ${hosts} has to work`);
  return performance.now() - startedAtMs;
}

async function waitForPort(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const socket = net.connect(port, ADDRESS);
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(25);
  }
  throw new BenchNeedError(`Port ${port} of ${ADDRESS} has to be free`);
}

/** Called from build/bench/tls/. */
function commandOf(name: string, by: Stage['by']): [string, ...string[]] {
  const fileOf = (place: string): string => fileURLToPath(new URL(place, import.meta.url));
  if (by === 'executable') return [fileOf(`../../../dist/bin/${name}`)];
  return [process.execPath, fileOf(`../../src/cli/${name}.js`)];
}
