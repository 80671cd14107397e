import net from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Conversation } from './conversations.ts';

/** A daemon that has said nothing for so long waits for more: the request is not complete. */
const PATIENCE_MS = 400;
/** Whatever was sent, a connection is over by then. */
const HANG_MS = 30_000;

/**
 * Hold one conversation to its end.
 * @returns what was answered
 * @throws {Error} when the daemon neither answers nor closes
 */
export async function converse(port: number, conversation: Conversation): Promise<Buffer> {
  const { bytes, pieces, leaving } = conversation;
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const answer: Buffer[] = [];
  socket.on('error', () => undefined); // a reset is an answer too
  socket.on('data', (chunk) => answer.push(chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', resolve));
  for (let piece = 0; piece < pieces; piece += 1) {
    const [from, to] = [piece, piece + 1].map((end) => Math.floor((end * bytes.length) / pieces));
    socket.write(bytes.subarray(from, to));
    if (pieces > 1) await nextTurn();
  }
  if (leaving === 'ends') socket.end();
  if (leaving === 'resets') socket.once('connect', () => socket.resetAndDestroy());
  const patience = setTimeout(() => socket.end(), PATIENCE_MS);
  const hang = setTimeout(() => {
    socket.destroy(new Error());
  }, HANG_MS);
  const startedAtMs = performance.now();
  await closed;
  clearTimeout(patience);
  clearTimeout(hang);
  if (performance.now() - startedAtMs < HANG_MS) return Buffer.concat(answer);
  throw new Error(`The daemon neither answers nor closes: ${bytes.toString('latin1')}`);
}
