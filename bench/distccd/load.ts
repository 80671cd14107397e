import net from 'node:net';
import { ResponseDecoder } from '../../src/protocol/index.ts';

/** How a daemon is loaded. */
export interface LoadOptions {
  readonly port: number;
  readonly request: Buffer;
  /** At once; each sends its next job when it has the answer to the last. */
  readonly clientCount: number;
  /** No client begins a job after so long. */
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface Load {
  readonly jobCount: number;
  /** Answers that are no success, and connections that broke. */
  readonly failureCount: number;
  /** From the first job to the last answer. */
  readonly elapsedMs: number;
}

/** Send one job again and again, by so many clients in this one process. */
export async function load(options: LoadOptions): Promise<Load> {
  const { clientCount, ms, signal } = options;
  const startedAtMs = performance.now();
  let jobCount = 0;
  let failureCount = 0;
  const client = async (): Promise<void> => {
    while (!signal.aborted && performance.now() - startedAtMs < ms) {
      if (!(await isServed(options))) failureCount += 1;
      jobCount += 1;
    }
  };
  await Promise.all(Array.from({ length: clientCount }, client));
  signal.throwIfAborted();
  return { jobCount, failureCount, elapsedMs: performance.now() - startedAtMs };
}

/** Send one request of protocol 1; whether a compiler's success with an object came back. */
export function isServed({
  port,
  request,
}: Pick<LoadOptions, 'port' | 'request'>): Promise<boolean> {
  return new Promise((resolve) => {
    const decoder = new ResponseDecoder(1);
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let isGood = false;
    socket.on('error', () => undefined); // 'close' follows
    socket.on('data', (chunk) => {
      const response = decoder.push(chunk);
      if (response === undefined) return;
      isGood = response.status === 0 && response.object.length > 0;
      socket.destroy();
    });
    socket.on('close', () => {
      resolve(isGood);
    });
    socket.write(request);
  });
}
