import { DistccError } from '../errors/index.ts';
import type { HostSpec } from '../hosts/index.ts';
import { describeStatus, exitCodeOf } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { JobContext } from './run-job.ts';
import { sendToHost } from './send-to-host.ts';
import type { HostReply, Work } from './send-to-host.ts';

/** How a job fared on the hosts of its list. */
export type Outcome =
  | { readonly kind: 'answered'; readonly response: CompileResponse }
  /** The list's next host is this machine itself. */
  | { readonly kind: 'local' }
  /** No host compiled it; `response` is what the last one that said something said. */
  | { readonly kind: 'failed'; readonly response?: CompileResponse };

/** Ask one host after the other until one answers as a compiler does. */
export async function tryHosts(
  work: Work,
  hosts: readonly HostSpec[],
  context: JobContext,
): Promise<Outcome> {
  let last: CompileResponse | undefined;
  const crashed: HostReply[] = [];
  for (const host of hosts) {
    if (host.kind === 'local') return { kind: 'local' };
    const reply = await tryHost(work, host, context);
    if (reply === undefined) continue;
    if (isAnswer(reply.response)) {
      blame(crashed, context);
      return { kind: 'answered', response: reply.response };
    }
    if (isCrash(reply.response)) crashed.push(reply);
    last = reply.response;
  }
  return { kind: 'failed', ...(last === undefined ? {} : { response: last }) };
}

async function tryHost(
  work: Work,
  host: Exclude<HostSpec, { kind: 'local' }>,
  context: JobContext,
): Promise<HostReply | undefined> {
  const { log, signal } = context;
  if (host.kind === 'ssh') {
    log('warning', `"${host.text}" is left out: ssh hosts are not served yet`);
    return undefined;
  }
  try {
    const reply = await sendToHost(work, host, context);
    if (isAnswer(reply.response)) {
      log('info', `compiled on ${host.text}: ${describeStatus(reply.response.status)}`);
    } else {
      log('warning', `${host.text} did not compile: ${explain(reply.response)}`);
    }
    return reply;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DistccError)) throw error;
    log('warning', `failed to distribute to ${host.text}: ${error.message}`);
  }
  return undefined;
}

/** A compiler that crashes on one host and not on the next crashed for the host's sake. */
function blame(crashed: readonly HostReply[], { blacklist }: JobContext): void {
  for (const { address, port, response } of crashed) {
    blacklist.recordFailure(address, port, `a compiler that ${describeStatus(response.status)}`);
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
