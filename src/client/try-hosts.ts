import { isIP } from 'node:net';
import { DistccError } from '../errors/index.ts';
import { protocolVersion } from '../hosts/index.ts';
import type { HostSpec, TcpHost } from '../hosts/index.ts';
import { describeStatus, exitCodeOf } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { JobContext } from './run-job.ts';
import { sendJob } from './send-job.ts';

/** How a job fared on the hosts of its list. */
export type Outcome =
  | { readonly kind: 'answered'; readonly response: CompileResponse }
  /** The list's next host is this machine itself. */
  | { readonly kind: 'local' }
  /** No host compiled it; `response` is what the last one that said something said. */
  | { readonly kind: 'failed'; readonly response?: CompileResponse };

/** A job without a version: that is its host's matter. */
export interface Work {
  readonly args: readonly string[];
  readonly source: Uint8Array;
}

/** Ask one host after the other until one answers as a compiler does. */
export async function tryHosts(
  work: Work,
  hosts: readonly HostSpec[],
  context: JobContext,
): Promise<Outcome> {
  let last: CompileResponse | undefined;
  for (const host of hosts) {
    if (host.kind === 'local') return { kind: 'local' };
    const response = await tryHost(work, host, context);
    if (response !== undefined && isAnswer(response)) return { kind: 'answered', response };
    last = response ?? last;
  }
  return { kind: 'failed', ...(last === undefined ? {} : { response: last }) };
}

async function tryHost(
  work: Work,
  host: HostSpec,
  context: JobContext,
): Promise<CompileResponse | undefined> {
  const { log, signal, settings } = context;
  if (host.kind !== 'tcp') {
    log('warning', `"${host.text}" is left out: ssh hosts are not served yet`);
    return undefined;
  }
  try {
    const addresses = await resolve(host, signal);
    const version = protocolVersion(host) === 1 ? 1 : 2;
    const { ioTimeoutMs } = settings;
    const options = { addresses, port: host.port, ioTimeoutMs, signal };
    const response = await sendJob({ version, ...work }, options);
    if (isAnswer(response)) {
      log('info', `compiled on ${host.text}: ${describeStatus(response.status)}`);
    } else {
      log('warning', `${host.text} did not compile: ${explain(response)}`);
    }
    return response;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DistccError)) throw error;
    log('warning', `failed to distribute to ${host.text}: ${error.message}`);
  }
  return undefined;
}

/** distcc's own codes and a compiler that crashed say something of the host, not of the source. */
function isAnswer(response: CompileResponse): boolean {
  const code = exitCodeOf(response.status);
  return response.status === 0 ? response.object.length > 0 : code < 100;
}

function explain(response: CompileResponse): string {
  const [line = ''] = new TextDecoder().decode(response.stderr).split('\n');
  const status = response.status === 0 ? 'an empty object' : describeStatus(response.status);
  return line === '' ? status : `${status} (${line})`;
}

/** Loaded only for names: an address costs a compilation nothing. */
async function resolve(host: TcpHost, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host.host) !== 0) return [host.host];
  const { resolveName } = await import('./resolve-name.ts');
  return resolveName(host.host, signal);
}
