import { isPlainName } from './plain-name.ts';
import type { Candidate } from './types.ts';

/** What a service's TXT record says, with the keys distccd writes (fact sheet 5.9). */
export interface ServiceText {
  /** Jobs at once. */
  readonly limit?: number;
  /** Where it listens for TLS; ours alone: the original's keys end with the compiler's. */
  readonly tlsPort?: number;
  /** What its certificate names, for it may be found by another name; a claim that TLS puts to the proof. */
  readonly tlsName?: string;
  /** The compiler it says it has: a hint for people, never a proof. */
  readonly toolchain?: AdvertisedToolchain;
}

/** `cc -dumpmachine` and `cc -dumpversion` of the server. */
export interface AdvertisedToolchain {
  readonly machine: string;
  readonly version: string;
}

/** More than any machine has. */
const MAX_LIMIT = 4096;

/**
 * Read the strings of a TXT record; what is no `key=value` is passed over (RFC 6763, section 6.4).
 * `jobs` that make no sense fall back on `cpus` + 2, as the original's clients do.
 */
export function readServiceText(strings: readonly string[]): ServiceText {
  const keys = new Map(strings.toReversed().map(splitKey));
  const machine = keys.get('cc_machine');
  const version = keys.get('cc_version');
  const limit = readLimit(keys.get('jobs'), keys.get('cpus'));
  const tlsPort = readCount(keys.get('tls'), 65_535);
  const tlsName = keys.get('tlsname') ?? '';
  return {
    ...(limit !== undefined && { limit }),
    ...(tlsPort !== undefined && { tlsPort }),
    ...(isPlainName(tlsName) && { tlsName }),
    ...(machine !== undefined && version !== undefined && { toolchain: { machine, version } }),
  };
}

/** The first of two equal keys counts; keys know no case. */
function splitKey(text: string): [string, string] {
  const [key = '', ...rest] = text.split('=');
  return [key.toLowerCase(), rest.join('=')];
}

function readLimit(jobs: string | undefined, cpus: string | undefined): number | undefined {
  if (jobs === undefined && cpus === undefined) return undefined;
  return readCount(jobs) ?? (readCount(cpus) ?? 1) + 2;
}

function readCount(text: string | undefined, max = MAX_LIMIT): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 && value <= max ? value : undefined;
}

/**
 * What a service's name and text say of each of its hosts.
 * @param service - one of `_distccs._tcp` takes nothing but TLS, on the port of its own record
 */
export function describeService(
  service: string,
  text: ServiceText,
): Pick<Candidate, 'spec' | 'tlsPort' | 'toolchain'> {
  const isTls = service.toLowerCase().startsWith('_distccs.');
  const { limit, tlsPort, tlsName, toolchain } = text;
  const spec = {
    ...(limit !== undefined && { limit }),
    ...(isTls && { isTls }),
    ...(tlsName !== undefined && { tlsName }),
  };
  return {
    ...(Object.keys(spec).length > 0 && { spec }),
    ...(tlsPort !== undefined && !isTls && { tlsPort }),
    ...(toolchain !== undefined && { toolchain }),
  };
}
