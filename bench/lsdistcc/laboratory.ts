import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, splitPath } from '../../src/process/index.ts';
import { BenchNeedError } from '../bench.ts';
import { makeNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import type { FarmOrder } from './serve-farms.ts';

const SERVERS = ['dns-server.js', 'farm-server.js'];

/** A network with a farm in it, the same for every program that is measured. */
export interface Laboratory extends Disposable {
  readonly namespace: Namespace;
  /** For files of the runs; goes with the laboratory. */
  readonly folder: string;
  /** Put a farm in force; what the run before left open is closed. */
  play(order: FarmOrder): Promise<void>;
}

/**
 * Start the DNS server and the farm in a network namespace of their own.
 * @throws {BenchNeedError} when this machine cannot
 */
export async function openLaboratory(signal: AbortSignal): Promise<Laboratory> {
  signal.throwIfAborted();
  checkNeeds();
  const namespace = makeNamespace();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lsdistcc-bench-'));
  const dispose = (): void => {
    namespace[Symbol.dispose](); // first: its processes write into the folder
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    const start = (file: string) => startServer([scriptOf(file), folder], namespace, signal);
    const servers = await Promise.all(SERVERS.map(start));
    const play = async (order: FarmOrder): Promise<void> => {
      await Promise.all(servers.map((server) => tell(server, order, signal)));
    };
    return { namespace, folder, play, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function checkNeeds(): void {
  const folders = splitPath(process.env['PATH'] ?? '');
  const missing = ['ip', 'lsdistcc', 'gcc'].filter((name) => !findProgram(name, folders));
  const needs = [...(process.getuid?.() === 0 ? [] : ['root']), ...missing];
  if (needs.length === 0) return;
  const wanted = 'root, ip (iproute2), the original lsdistcc (distcc) and gcc';
  throw new BenchNeedError(`Needs ${wanted}; here is no ${needs.join(', no ')}`);
}

function scriptOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

async function startServer(
  words: readonly string[],
  namespace: Namespace,
  signal: AbortSignal,
): Promise<ChildProcess> {
  const [program, ...args] = namespace.command([process.execPath, ...words]);
  const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  server.on('error', () => undefined); // told as its end, below
  await answerOf(server, signal); // "ready"
  return server;
}

async function tell(server: ChildProcess, order: FarmOrder, signal: AbortSignal): Promise<void> {
  const done = answerOf(server, signal);
  server.send(order);
  await done;
}

async function answerOf(server: ChildProcess, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const wait = { signal: AbortSignal.any([signal, settled.signal]) };
  const ended = once(server, 'disconnect', wait).then(() => {
    throw new Error('A server of the laboratory has ended; its reason is above');
  });
  try {
    await Promise.race([once(server, 'message', wait), ended]);
  } finally {
    settled.abort();
    ended.catch(() => undefined);
  }
}
