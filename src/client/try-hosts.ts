import { DistccError, IoError, ObjectError, UntrustedError } from '../errors/index.ts';
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
  /** What is wrong with what a host sent for an object; undefined when nothing is. */
  readonly faultOf?: (object: Uint8Array) => Promise<string | undefined>;
}

/** What one host said, or undefined when it failed to say anything. */
export interface HostReply {
  readonly place: Place;
  readonly response: CompileResponse | undefined;
  /** How long it was at it, in milliseconds. */
  readonly tookMs: number;
}

/** What a compiler on a host said. */
export interface Answer extends HostReply {
  readonly response: CompileResponse;
}

/** Another host's opinion is wanted. */
export interface SecondOpinion {
  /** Whose is known; no other address of its entry is asked. */
  readonly except: Place;
  /** A host that needs longer is left. */
  readonly patienceMs: number;
}

/** How a job fared on the hosts of its list. */
export type Outcome =
  | ({ readonly kind: 'answered' } & Answer)
  /** The list's next place is this machine itself. */
  | { readonly kind: 'local' }
  /** No host compiled it; `response` is what the last one that said something said. */
  | { readonly kind: 'failed'; readonly response?: CompileResponse };

/**
 * Ask one host after the other until one answers as a compiler does. An address that fails is
 * blacklisted.
 * @param second - absent: the first opinion
 */
export async function tryHosts(
  work: Work,
  slots: Slots,
  context: JobContext,
  second?: SecondOpinion,
): Promise<Outcome> {
  let last: CompileResponse | undefined;
  const crashed: HostReply[] = [];
  for (;;) {
    const place = await nextPlace(work, slots, second?.except);
    if (place === undefined) break;
    if (place === 'here') return { kind: 'local' };
    const replies = await raceHosts(place, slots, {
      send: (each, signal) =>
        sendTo(each, { work, slots, context, signal: withPatience(signal, second) }),
      isAnswer: ({ response }) => response !== undefined && isAnswer(response),
    });
    for (const reply of replies) {
      if (reply.response === undefined) continue;
      if (isAnswer(reply.response)) {
        blame(crashed, context);
        return { kind: 'answered', ...reply, response: reply.response };
      }
      if (isCrash(reply.response)) crashed.push(reply);
      last = reply.response;
    }
  }
  return { kind: 'failed', ...(last === undefined ? {} : { response: last }) };
}

async function nextPlace({ source }: Work, slots: Slots, except: Place | undefined) {
  for (;;) {
    const place = await slots.next(source.length);
    if (place === undefined || place === 'here' || except === undefined) return place;
    if (!isSame(place, except)) return place;
    slots.end(place, 'rejected'); // it was not asked, which says nothing of it
  }
}

function withPatience(signal: AbortSignal, second: SecondOpinion | undefined): AbortSignal {
  if (second === undefined) return signal;
  return AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(second.patienceMs))]);
}

function isSame(left: Place, right: Place): boolean {
  const isSameAddress = left.address === right.address && left.port === right.port;
  return isSameAddress || left.host.text === right.host.text;
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
  const startedMs = performance.now();
  const response = await ask(place, errand);
  return { place, response, tookMs: performance.now() - startedMs };
}

async function ask(place: Place, errand: Errand): Promise<CompileResponse | undefined> {
  const { slots, context, signal, work } = errand;
  const { log } = context;
  const { text } = place.host;
  try {
    const response = await send(place, errand);
    if (context.blacklist.isBenched(place.address, place.port)) {
      throw new UntrustedError('an audit found a wrong object of it meanwhile');
    }
    const fault = isDone(response) ? await work.faultOf?.(response.object) : undefined;
    if (fault !== undefined) throw new ObjectError(fault);
    slots.end(place, endingOf(response));
    if (isAnswer(response)) log('info', `compiled on ${text}: ${describeStatus(response.status)}`);
    else log('warning', `${text} did not compile: ${explain(response)}`);
    return response;
  } catch (error) {
    context.signal.throwIfAborted();
    if (signal.aborted) {
      slots.end(place, 'lost');
      log('info', `${text} was slower than another host`);
      return undefined;
    }
    if (!(error instanceof DistccError)) throw error;
    // Our own certificate cannot be read: no host is to blame.
    const isOurs = error instanceof IoError;
    if (!isOurs) context.blacklist.recordFailure(place.address, place.port, error.message);
    slots.end(place, 'failed');
    log('warning', `failed to distribute to ${text}: ${error.message}`);
    return undefined;
  }
}

function send(place: Place, errand: Errand): Promise<CompileResponse> {
  const { work, slots, context, signal } = errand;
  const { args, source } = work;
  const version = protocolVersion(place.host) === 1 ? 1 : 2;
  const { connectTimeoutMs, firstByteTimeoutMs, ioTimeoutMs, jobTimeoutMs } = context.settings;
  return sendJob(
    { version, args, source },
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
  return isDone(response) || (response.status !== 0 && code < 100);
}

function isDone({ status, object }: CompileResponse): boolean {
  return status === 0 && object.length > 0;
}

function isCrash(response: CompileResponse): boolean {
  return exitCodeOf(response.status) > 128;
}

function explain(response: CompileResponse): string {
  const [line = ''] = new TextDecoder().decode(response.stderr).split('\n');
  const status = response.status === 0 ? 'an empty object' : describeStatus(response.status);
  return line === '' ? status : `${status} (${line})`;
}
