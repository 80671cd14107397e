import { ProtocolError, TimeoutError } from '../errors/index.ts';
import { connect, readChunks } from '../net/index.ts';
import { decodeReply, encodeQuestion, isAnswerTo } from './packet.ts';
import type { Reply } from './packet.ts';
import type { NameServer, Question } from './types.ts';

/** Before each message, its length (RFC 1035, section 4.2.2): 65,535 bytes at most. */
const LENGTH_BYTES = 2;

/** How {@link askOverTcp} waits. */
export interface TcpOptions {
  /** For the whole conversation. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Ask a question whose answer is too long for UDP.
 * @throws {DistccError} when no whole answer to this question comes in time
 * @throws the signal's reason when it aborts
 */
export async function askOverTcp(
  { name, type }: Question,
  server: NameServer,
  options: TcpOptions,
): Promise<Reply> {
  const { timeoutMs } = options;
  const timer = AbortSignal.timeout(timeoutMs);
  try {
    const signal = AbortSignal.any([options.signal, timer]);
    return await converse(encodeQuestion(name, type, drawId()), server, { timeoutMs, signal });
  } catch (cause) {
    options.signal.throwIfAborted();
    if (!timer.aborted) throw cause;
    throw new TimeoutError(`No whole answer within ${timeoutMs} ms`, { cause });
  }
}

function drawId(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
}

async function converse(question: Buffer, server: NameServer, options: TcpOptions): Promise<Reply> {
  const { timeoutMs, signal } = options;
  const socket = await connect(server.address, server.port, options);
  try {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(question.length);
    socket.write(Buffer.concat([length, question]));
    const bytes = await readMessage(readChunks(socket, { idleTimeoutMs: timeoutMs, signal }));
    const reply = isAnswerTo(question, bytes) ? decodeReply(bytes) : undefined;
    if (reply === undefined || reply.isTruncated)
      throw new ProtocolError('The answer is not one to the question');
    return reply;
  } finally {
    socket.destroy();
  }
}

async function readMessage(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk]);
    if (pending.length < LENGTH_BYTES) continue;
    const end = LENGTH_BYTES + pending.readUInt16BE(0);
    if (pending.length >= end) return pending.subarray(LENGTH_BYTES, end);
  }
  throw new ProtocolError(`The answer ends after ${pending.length} bytes`);
}
