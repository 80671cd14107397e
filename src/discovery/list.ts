import { setImmediate } from 'node:timers/promises';
import { HostSpecError } from '../errors/index.ts';
import {
  DEFAULT_PORT,
  DEFAULT_TLS_PORT,
  defaultPort,
  parseHostList,
  parseHostSpec,
} from '../hosts/index.ts';
import type { RemoteHost, TcpHost } from '../hosts/index.ts';
import { sshKey } from '../ssh/command.ts';
import type { Candidate, CandidateSpec, DiscoverOptions, DiscoveryWarning } from './types.ts';

const ENTRIES_AT_ONCE = 32;

/**
 * The hosts of a list as DISTCC_HOSTS and host files write it: entries between blanks, `#` to the end of
 * a line is a comment. What is no host of ours to ask is a warning, and the others go on: an entry that
 * cannot be read, `localhost` (which means: compile in place). Settings such as `--randomize` are passed
 * over; so are sources such as `+zeroconf`, which are others' to ask. Names are not looked up here.
 * @param word - one entry or many
 */
export async function* discoverList(
  word: string,
  options: Pick<DiscoverOptions, 'signal' | 'onWarning' | 'port'>,
): AsyncGenerator<readonly Candidate[]> {
  const entries = splitEntries(word);
  for (let order = 0; order < entries.length; order += ENTRIES_AT_ONCE) {
    await setImmediate(); // a long list leaves the other sources their turn
    options.signal.throwIfAborted();
    const some = entries.slice(order, order + ENTRIES_AT_ONCE);
    yield some.flatMap((text, index) => {
      const result = readEntry(text);
      if (typeof result === 'string') options.onWarning(warningOf(text, result));
      return typeof result === 'object' ? [candidateOf(result, order + index, options.port)] : [];
    });
  }
}

/** The entries of a list, settings left out. */
export function splitEntries(text: string): string[] {
  const words = text.replaceAll(/#.*/g, ' ').split(/\s+/);
  return words.filter((word) => word !== '' && !word.startsWith('--'));
}

/** The host, or the reason why it cannot be one of the candidates; nothing for a source of others. */
function readEntry(text: string): RemoteHost | string | undefined {
  try {
    if (text.startsWith('+')) {
      parseHostList(text);
      return undefined;
    }
    const spec = parseHostSpec(text);
    if (spec.kind !== 'local') return spec;
    return `The host ${text} is left out: it compiles in place (its daemon is 127.0.0.1)`;
  } catch (error) {
    if (error instanceof HostSpecError) return error.message;
    throw error;
  }
}

function warningOf(text: string, message: string): DiscoveryWarning {
  return { source: 'list', sourceText: text, message, endsSource: false };
}

function candidateOf(host: RemoteHost, order: number, port = DEFAULT_PORT): Candidate {
  const common = { source: 'list', sourceText: host.text, order, spec: specOf(host) } as const;
  if (host.kind === 'ssh') return { ...common, name: sshKey(host), port: 0, ssh: host };
  return { ...common, name: host.host, port: isPortGiven(host) ? host.port : portOf(host, port) };
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

function specOf(host: RemoteHost): CandidateSpec {
  const { limit, isLimitGiven, compression, preprocessAt } = host;
  return { ...(isLimitGiven && { limit }), compression, preprocessAt, ...tlsOf(host) };
}

function tlsOf(host: RemoteHost): Pick<CandidateSpec, 'isTls' | 'tlsName'> {
  if (host.kind === 'ssh' || !host.isTls) return {};
  const { tlsName } = host;
  return { isTls: true, ...(tlsName !== undefined && { tlsName }) };
}
