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
  notes: ['Our daemon and our client, both run by Node'],
  baseline: 'plain',
  measure,
};

async function* measure({ effort, signal }: BenchOptions): AsyncGenerator<Row, void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-tls-'));
  try {
    const { plain, tls } = await compare(folder, jobs[effort], signal);
    yield {
      ...{ name: 'a job', unit: 'ms', samples: { plain, TLS: tls } },
      wanted: [{ program: 'TLS', kind: 'difference', atMost: ALLOWED_MS }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Times {
  readonly plain: number[];
  readonly tls: number[];
}

async function compare(folder: string, count: number, signal: AbortSignal): Promise<Times> {
  const served = await certify(folder);
  const [plain, tls] = [String(PORTS.plain), String(PORTS.tls)];
  const ports = ['--plain', '--port', plain, '--tls', '--tls-port', tls, '--listen', ADDRESS];
  const user = process.getuid?.() === 0 ? ['--user', 'root'] : [];
  const words = ['--no-detach', '--log-file', path.join(folder, 'log'), ...ports, ...user];
  const env = { ...process.env, DISTCC_TLS_DIR: served };
  const daemon = spawn(process.execPath, [program('distccd'), ...words], { env, stdio: 'inherit' });
  const ended = once(daemon, 'close');
  try {
    await Promise.all(Object.values(PORTS).map((port) => waitForPort(port)));
    await writeFile(path.join(folder, 'a.c'), 'int x;\n');
    const times: Times = { plain: [], tls: [] };
    for (let run = -1; run < count; run += 1) {
      signal.throwIfAborted();
      const took = {
        plain: await compile(`${ADDRESS}:${plain}`, folder),
        tls: await compile(`${ADDRESS}:${tls},tls`, folder),
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

async function compile(hosts: string, folder: string): Promise<number> {
  const env = { ...process.env, DISTCC_DIR: folder, DISTCC_HOSTS: hosts, DISTCC_FALLBACK: '0' };
  const startedAtMs = performance.now();
  const words = [program('distcc'), 'gcc', '-c', 'a.c'];
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: 'inherit' });
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

function program(name: string): string {
  return fileURLToPath(new URL(`../../src/cli/${name}.js`, import.meta.url));
}
