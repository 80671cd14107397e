import { DistccError } from '../errors/index.ts';
import { connectLocal, readChunks } from '../net/index.ts';
import type { ConnectOptions } from '../net/index.ts';
import { encodeRequest } from '../protocol/index.ts';

/** A job that no daemon takes, but that ours answers. */
const GREETING = encodeRequest({ version: 1, args: ['-'], source: new Uint8Array(0) });

/** Whether a daemon is behind a socket: where forwarding is forbidden ssh takes a connection, and drops it then. */
export async function answers(socket: string, wait: ConnectOptions): Promise<boolean> {
  try {
    const connection = await connectLocal(socket, wait);
    try {
      for (const chunk of GREETING) connection.write(chunk);
      const reading = readChunks(connection, { ...wait, idleTimeoutMs: wait.timeoutMs });
      return (await reading.next()).done !== true;
    } finally {
      connection.destroy();
    }
  } catch (error) {
    wait.signal.throwIfAborted();
    if (error instanceof DistccError) return false; // dropped before it was there, or after
    throw error;
  }
}
