import { isIP } from 'node:net';
import { ConnectError, DistccError } from '../errors/index.ts';
import { protocolVersion } from '../hosts/index.ts';
import type { TcpHost } from '../hosts/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { JobContext } from './run-job.ts';
import { sendJob } from './send-job.ts';

/** A job without a version: that is its host's matter. */
export interface Work {
  readonly args: readonly string[];
  readonly source: Uint8Array;
}

/** An answer, and which of the host's addresses gave it. */
export interface HostReply {
  readonly address: string;
  readonly port: number;
  readonly response: CompileResponse;
}

/**
 * Send one job to one host, by its addresses one after the other; an address that fails is blacklisted,
 * one that is blacklisted is not asked.
 * @throws {DistccError} when none of them gives a whole answer
 */
export async function sendToHost(
  work: Work,
  host: TcpHost,
  context: JobContext,
): Promise<HostReply> {
  const { blacklist, signal, settings } = context;
  const version = protocolVersion(host) === 1 ? 1 : 2;
  const { port } = host;
  let failure: DistccError = new ConnectError(`"${host.text}" failed lately and is left alone`);
  for (const address of await resolve(host, signal)) {
    if (!(await isUsable(address, port, work, context))) continue;
    try {
      const options = { address, port, ioTimeoutMs: settings.ioTimeoutMs, signal };
      const response = await sendJob({ version, ...work }, options);
      return { address, port, response };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DistccError)) throw error;
      blacklist.recordFailure(address, port, error.message);
      failure = error;
    }
  }
  throw failure;
}

/** Whether a job may go there; after a failure a probe decides, and not the job. */
async function isUsable(
  address: string,
  port: number,
  work: Work,
  { blacklist, signal }: JobContext,
): Promise<boolean> {
  if (blacklist.find(address, port) !== undefined) return false;
  if (!blacklist.isHalfOpen(address, port)) return true;
  const { isRecovered } = await import('./probe-again.ts');
  const isUp = await isRecovered({ address, port }, work.args[0] ?? 'gcc', signal);
  if (isUp) blacklist.recordSuccess(address, port);
  else blacklist.recordFailure(address, port, 'still not good');
  return isUp;
}

/** Loaded only for names: an address costs a compilation nothing. */
async function resolve(host: TcpHost, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host.host) !== 0) return [host.host];
  const { resolveName } = await import('./resolve-name.ts');
  return resolveName(host.host, signal);
}
