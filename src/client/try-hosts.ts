import { DistccError, IoError } from '../errors/index.ts';
import { protocolVersion } from '../hosts/index.ts';
import { describeStatus, exitCodeOf } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { Ending } from '../scheduling/index.ts';
import type { JobContext } from './job-context.ts';
import { raceHosts } from './race-hosts.ts';
import { destinationOf } from './open-connection.ts';
import { sendJob } from './send-job.ts';
import type { Place, Slots } from './slots.ts';

/** A job without a version: that is its host's matter. */
export interface Work {
  readonly args: readonly string[];
  readonly source: Uint8Array;
}

/** What one host said, or undefined when it failed to say anything. */
export interface HostReply {
  readonly place: Place;
  readonly response: CompileResponse | undefined;
}

/** How a job fared on the hosts of its list. */
export type Outcome =
  | { readonly kind: 'answered'; readonly response: CompileResponse }
  /** The list's next place is this machine itself. */
  | { readonly kind: 'local' }
  /** No host compiled it; `response` is what the last one that said something said. */
  | { readonly kind: 'failed'; readonly response?: CompileResponse };

/**
 * Ask one host after the other until one answers as a compiler does. An address that fails is
 * blacklisted.
 */
export async function tryHosts(work: Work, slots: Slots, context: JobContext): Promise<Outcome> {
  let last: CompileResponse | undefined;
  const crashed: HostReply[] = [];
  for (;;) {
    const place = await slots.next(work.source.length);
    if (place === undefined) break;
    if (place === 'here') return { kind: 'local' };
    const replies = await raceHosts(place, slots, {
      send: (each, signal) => sendTo(each, { work, slots, context, signal }),
      isAnswer: ({ response }) => response !== undefined && isAnswer(response),
    });
    for (const reply of replies) {
      if (reply.response === undefined) continue;
      if (isAnswer(reply.response)) {
        blame(crashed, context);
        return { kind: 'answered', response: reply.response };
      }
      if (isCrash(reply.response)) crashed.push(reply);
      last = reply.response;
    }
  }
  return { kind: 'failed', ...(last === undefined ? {} : { response: last }) };
}

interface Errand {
  readonly work: Work;
  readonly slots: Slots;
  readonly context: JobContext;
  /** Aborts when another host was quicker, or the whole job ends. */
  readonly signal: AbortSignal;
}

/** @throws only what ends the whole job */
async function sendTo(place: Place, errand: Errand): Promise<HostReply> {
  const { slots, context, signal } = errand;
  const { log } = context;
  const { text } = place.host;
  try {
    const response = await send(place, errand);
    slots.end(place, endingOf(response));
    if (isAnswer(response)) log('info', `compiled on ${text}: ${describeStatus(response.status)}`);
    else log('warning', `${text} did not compile: ${explain(response)}`);
    return { place, response };
  } catch (error) {
    context.signal.throwIfAborted();
    if (signal.aborted) {
      slots.end(place, 'lost');
      log('info', `${text} was slower than another host`);
      return { place, response: undefined };
    }
    if (!(error instanceof DistccError)) throw error;
    // Our own certificate cannot be read: no host is to blame.
    const isOurs = error instanceof IoError;
    if (!isOurs) context.blacklist.recordFailure(place.address, place.port, error.message);
    slots.end(place, 'failed');
    log('warning', `failed to distribute to ${text}: ${error.message}`);
    return { place, response: undefined };
  }
}

function send(place: Place, errand: Errand): Promise<CompileResponse> {
  const { work, slots, context, signal } = errand;
  const version = protocolVersion(place.host) === 1 ? 1 : 2;
  const { connectTimeoutMs, firstByteTimeoutMs, ioTimeoutMs, jobTimeoutMs } = context.settings;
  return sendJob(
    { version, ...work },
    {
      ...destinationOf(place, { env: context.env, folder: context.settings.folder }),
      signal: AbortSignal.any([context.signal, signal]),
      ...{ connectTimeoutMs, firstByteTimeoutMs, ioTimeoutMs, jobTimeoutMs },
      onPhase: (phase) => {
        slots.setPhase(phase);
      },
    },
  );
}

function endingOf(response: CompileResponse): Ending {
  if (!isAnswer(response)) return 'failed';
  return response.status === 0 ? 'done' : 'rejected';
}

/** A compiler that crashes on one host and not on the next crashed for the host's sake. */
function blame(crashed: readonly HostReply[], { blacklist }: JobContext): void {
  for (const { place, response } of crashed) {
    const reason = `a compiler that ${describeStatus(response?.status ?? 0)}`;
    blacklist.recordFailure(place.address, place.port, reason);
  }
}

/** distcc's own codes and a compiler that crashed say something of the host, not of the source. */
function isAnswer(response: CompileResponse): boolean {
  const code = exitCodeOf(response.status);
  return response.status === 0 ? response.object.length > 0 : code < 100;
}

function isCrash(response: CompileResponse): boolean {
  return exitCodeOf(response.status) > 128;
}

function explain(response: CompileResponse): string {
  const [line = ''] = new TextDecoder().decode(response.stderr).split('\n');
  const status = response.status === 0 ? 'an empty object' : describeStatus(response.status);
  return line === '' ? status : `${status} (${line})`;
}
