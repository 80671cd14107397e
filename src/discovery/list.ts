import { setImmediate } from 'node:timers/promises';
import { HostSpecError } from '../errors/index.ts';
import { DEFAULT_PORT, DEFAULT_TLS_PORT, defaultPort, parseHostSpec } from '../hosts/index.ts';
import type { HostSpec, TcpHost } from '../hosts/index.ts';
import type { Candidate, CandidateSpec, DiscoverOptions, DiscoveryWarning } from './types.ts';

/**
 * The hosts of a list as DISTCC_HOSTS and host files write it: entries between blanks, `#` to the end of
 * a line is a comment. What is no host of ours to ask is a warning, and the others go on: an entry that
 * cannot be read, one that is reached through ssh, `localhost` (which means: compile in place). Settings
 * such as `--randomize` are passed over. Names are not looked up here.
 * @param word - one entry or many
 */
export async function* discoverList(
  word: string,
  options: Pick<DiscoverOptions, 'signal' | 'onWarning' | 'port'>,
): AsyncGenerator<Candidate> {
  for (const [order, text] of splitEntries(word).entries()) {
    await setImmediate(); // a long list leaves the other sources their turn
    options.signal.throwIfAborted();
    const result = readEntry(text);
    if (typeof result === 'string') options.onWarning(warningOf(text, result));
    else yield candidateOf(result, order, options.port);
  }
}

function splitEntries(text: string): string[] {
  const words = text.replaceAll(/#.*/g, ' ').split(/\s+/);
  return words.filter((word) => word !== '' && !word.startsWith('--'));
}

/** The host, or the reason why it cannot be one of the candidates. */
function readEntry(text: string): TcpHost | string {
  try {
    const spec = parseHostSpec(text);
    return spec.kind === 'tcp' ? spec : `The host ${text} cannot be probed yet: ${reachOf(spec)}`;
  } catch (error) {
    if (error instanceof HostSpecError) return error.message;
    throw error;
  }
}

function reachOf(spec: Exclude<HostSpec, TcpHost>): string {
  return spec.kind === 'ssh'
    ? 'it is reached through ssh'
    : 'it compiles in place, without a daemon';
}

function warningOf(text: string, message: string): DiscoveryWarning {
  return { source: 'list', sourceText: text, message, endsSource: false };
}

function candidateOf(host: TcpHost, order: number, port = DEFAULT_PORT): Candidate {
  return {
    name: host.host,
    port: isPortGiven(host) ? host.port : portOf(host, port),
    source: 'list',
    sourceText: host.text,
    order,
    spec: specOf(host),
  };
}

/** The default port stands in the entry itself, or it was filled in. */
function isPortGiven(host: TcpHost): boolean {
  const { port, text } = host;
  const written = port === DEFAULT_TLS_PORT ? /:0*3634(?=[/,]|$)/ : /:0*3632(?=[/,]|$)/;
  return port !== defaultPort(host) || written.test(text);
}

/** The run's own port for entries that name none, when it is not merely the default. */
function portOf(host: TcpHost, port: number): number {
  return port === DEFAULT_PORT ? defaultPort(host) : port;
}

function specOf(host: TcpHost): CandidateSpec {
  const { limit, isLimitGiven, compression, preprocessAt, isTls, tlsName } = host;
  return {
    ...(isLimitGiven && { limit }),
    ...{ compression, preprocessAt },
    ...(isTls && { isTls }),
    ...(tlsName !== undefined && { tlsName }),
  };
}
