import { once } from 'node:events';
import { TimeoutError } from '../errors/index.ts';
import { onAbort } from '../net/index.ts';
import { encodeResponse } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { Peer } from './connection.ts';
import type { Service } from './service.ts';

/** How long a client may take to close after its answer. */
const LINGER_MS = 2000;
/** How long one may go on with a request that was refused before its end: it reads no answer before. */
const REFUSED_LINGER_MS = 30_000;

/** How {@link sendAnswer} ends. */
export interface SendOptions {
  /** The answer comes before the end of the request. */
  readonly isEarly?: boolean;
}

/** Send an answer and leave the client time to read it. One that never does is left at a deadline. */
export async function sendAnswer(
  peer: Peer,
  response: CompileResponse,
  { limits, stopping }: Service,
  { isEarly = false }: SendOptions = {},
): Promise<void> {
  const { input, output } = peer;
  const late = setTimeout(() => {
    output.destroy(new TimeoutError('The answer is not read'));
  }, limits.deadlines.idleMs);
  const progress = (): void => void late.refresh();
  try {
    output.on('drain', progress);
    output.cork();
    for (const chunk of encodeResponse(response)) output.write(chunk);
    output.end();
    if (!output.destroyed)
      await once(output, 'finish', { signal: stopping }).catch(() => undefined);
  } finally {
    clearTimeout(late);
  }
  if (!isConnection(peer) || output.destroyed || input.readableEnded) return;
  await leaveTime(peer, isEarly ? REFUSED_LINGER_MS : LINGER_MS, stopping);
}

/** Closing while the client still sends would reset the connection and lose the answer. */
function leaveTime({ input }: Peer, ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      takeBack();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const takeBack = onAbort(stopping, end);
    input.once('end', end).once('close', end).resume();
  });
}

/** A program that was started for one job ends at once: what it stands for is closed by the system. */
function isConnection({ input, output }: Peer): boolean {
  return (input as unknown) === output;
}
