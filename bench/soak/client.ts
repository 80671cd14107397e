import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { ResponseDecoder } from '../../src/protocol/index.ts';
import type { Errand } from './jobs.ts';

/** Whom the clients talk to. */
export interface Server {
  readonly port: number;
  /** Where a stubborn compiler tells its pids. */
  readonly folder: string;
}

/** How an errand went. */
export interface Outcome {
  readonly isRight: boolean;
  /** From the client's leaving to the death of the last process of its compiler. */
  readonly deathMs?: number;
}

/** One stubborn compiler at a time, so that it is clear whose pids are told. */
const inTurn = pLimit(1);

/** Run one errand to its end. */
export async function runErrand(errand: Errand, server: Server): Promise<Outcome> {
  switch (errand.kind) {
    case 'compiles':
      return { isRight: await isCompiled(errand, server) };
    case 'vanishes':
      return inTurn(() => vanish(errand.bytes, server));
    case 'errs': {
      const socket = open(server);
      socket.end(errand.bytes).resume();
      await closeOf(socket);
      return { isRight: true };
    }
  }
}

function open({ port }: Server): net.Socket {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined); // 'close' follows
  return socket;
}

function closeOf(socket: net.Socket): Promise<void> {
  return new Promise((resolve) =>
    socket.once('close', () => {
      resolve();
    }),
  );
}

async function isCompiled(
  { bytes, version }: Extract<Errand, { kind: 'compiles' }>,
  server: Server,
): Promise<boolean> {
  const decoder = new ResponseDecoder(version);
  const socket = open(server);
  let isGood = false;
  socket.on('data', (chunk) => {
    const response = decoder.push(chunk);
    isGood ||= response?.status === 0 && response.object.length > 0;
  });
  socket.write(bytes);
  await closeOf(socket);
  return isGood;
}

async function vanish(bytes: Buffer, server: Server): Promise<Outcome> {
  const socket = open(server);
  socket.write(bytes);
  let pids: readonly number[] | undefined;
  while (pids === undefined && !socket.destroyed) {
    await sleep(5);
    pids = takePids(server.folder);
  }
  socket.destroy();
  const leftAtMs = performance.now();
  while (pids?.some(isRunning) === true) {
    if (performance.now() - leftAtMs > 10_000) return { isRight: false };
    await sleep(1);
  }
  return { isRight: pids !== undefined, deathMs: performance.now() - leftAtMs };
}

function takePids(folder: string): readonly number[] | undefined {
  const name = fs.readdirSync(folder).find((each) => each.startsWith('pids.'));
  if (name === undefined) return undefined;
  fs.rmSync(path.join(folder, name));
  return name.split('.').slice(1).map(Number);
}

/** Whether a process is there and has not ended: one that nobody has waited for does not count. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
