import type { Language } from '../../probes/index.ts';
import { parseNameServer } from '../dns/index.ts';
import type { NameServer } from '../dns/index.ts';
import { ArgumentError } from '../errors/index.ts';
import { defaultPort } from '../hosts/index.ts';
import {
  PROBE_COMPILE_TIMEOUT_MS,
  PROBE_CONNECT_TIMEOUT_MS,
  defaultToolchain,
  parseToolchain,
} from '../probing/index.ts';
import type { ToolchainWanted } from '../probing/index.ts';
import { sortOrders } from '../vetting/index.ts';
import type { SortOrder } from '../vetting/index.ts';
import type { CommandLine } from './command-line.ts';

/** What results look like on standard output. */
export const formats = ['hosts', 'line', 'json', 'ndjson', 'table', 'env', 'github'] as const;

/** One of {@link formats}. */
export type Format = (typeof formats)[number];

const colors = ['auto', 'always', 'never'] as const;

/** How the printed specs are written. */
export interface SpecOptions {
  readonly slots: 'keep' | 'auto' | 'none' | number;
  readonly protocol: 1 | 2 | 3;
  readonly isNumeric: boolean;
  readonly hasLatency: boolean;
  readonly hasDown: boolean;
}

/** What the command line asks for, checked. */
export interface LsdistccSettings extends SpecOptions {
  readonly format: Format;
  readonly sort: SortOrder;
  readonly explains: boolean;
  readonly minHosts: number;
  readonly maxHosts: number;
  readonly wanted: ToolchainWanted;
  readonly matchesLocal: boolean;
  readonly language: Language;
  readonly verify: 'object' | 'status';
  readonly allAddresses: boolean;
  readonly isTls: boolean;
  readonly isThroughSsh: boolean;
  readonly mdns: { readonly waitMs: number };
  readonly usesBlacklist: boolean;
  readonly usesCache: boolean;
  readonly color: (typeof colors)[number];
  /** Vet again so often; 0 is once. */
  readonly watchMs: number;
  readonly writeFile?: string;
  readonly port: number;
  readonly start: number;
  readonly gap: number;
  readonly totalTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly compileTimeoutMs: number;
  readonly networkBits: number;
  readonly repeat: number;
  readonly firstResendMs: number;
  readonly maxInFlight: number;
  readonly nameServers: readonly NameServer[];
  readonly appendsDomain: boolean;
}

/**
 * Check the values of a command line.
 * @throws {ArgumentError} on a value that is out of range or unknown
 */
export function readSettings(line: CommandLine): LsdistccSettings {
  const number = (name: string, fallback: number, min: number, max: number): number =>
    line.integer(name, { fallback, min, max });
  const writeFile = line.text('write');
  return {
    format: readFormat(line),
    sort: choice(line, 'sort', sortOrders),
    verify: choice(line, 'verify', ['object', 'status']),
    language: choice(line, 'language', ['c', 'c++', 'objc']),
    color: choice(line, 'color', colors),
    matchesLocal: line.has('match-local'),
    allAddresses: line.has('all-addresses'),
    isTls: line.has('tls'),
    isThroughSsh: readThroughSsh(line),
    usesBlacklist: !line.isGiven('--no-blacklist'),
    usesCache: !line.isGiven('--no-cache'),
    ...(writeFile === undefined ? {} : { writeFile }),
    watchMs: number('watch', 0, 1, 86_400) * 1000,
    mdns: { waitMs: number('mdns-wait', 300, 1, 60_000) },
    explains: line.has('explain') || line.has('verbose'),
    isNumeric: line.has('numeric'),
    hasLatency: line.has('latency'),
    hasDown: line.has('down'),
    appendsDomain: line.has('append-domain'),
    slots: readSlots(line.text('slots') ?? 'keep'),
    protocol: readProtocol(number('protocol', 1, 1, 3)),
    wanted: readToolchain(line),
    minHosts: number('min-hosts', 1, 0, 1_000_000),
    maxHosts: number('max-hosts', 1_000_000, 1, 1_000_000),
    port: number('port', defaultPort({ isTls: line.has('tls') }), 1, 65_535),
    start: number('start', 1, 0, 1_000_000_000),
    gap: number('gap', 0, 0, 1_000_000),
    totalTimeoutMs: number('timeout', 7, 0, 86_400) * 1000,
    connectTimeoutMs: number('connect-timeout', PROBE_CONNECT_TIMEOUT_MS, 0, 3_600_000),
    compileTimeoutMs: number('compile-timeout', PROBE_COMPILE_TIMEOUT_MS, 0, 3_600_000),
    networkBits: number('network', 0, 0, 128),
    repeat: number('repeat', 1, 1, 1000),
    firstResendMs: number('dns-resend', 100, 1, 60_000),
    maxInFlight: number('dns-ahead', 100, 1, 1000),
    nameServers: line.all('dns-server').map(parseNameServer),
  };
}

/** What `github` appends is for the steps that follow, once; there is nothing to write or to print again. */
function readFormat(line: CommandLine): Format {
  const format = choice(line, 'format', formats);
  const other = ['write', 'watch'].find((name) => line.text(name) !== undefined);
  if (format !== 'github' || other === undefined) return format;
  throw new ArgumentError(`Cannot take both --format github and --${other}: want one of them`);
}

/** A host proves itself by the one or the other. */
function readThroughSsh(line: CommandLine): boolean {
  const isThroughSsh = line.has('ssh');
  if (!isThroughSsh || !line.has('tls')) return isThroughSsh;
  throw new ArgumentError('Cannot take both --tls and --ssh: want one of them');
}

function choice<T extends string>(line: CommandLine, name: string, known: readonly [T, ...T[]]): T {
  const text = line.text(name) ?? known[0];
  const value = known.find((each) => each === text);
  if (value !== undefined) return value;
  throw new ArgumentError(`Cannot take "${text}" for --${name}: want ${known.join(', ')}`);
}

/** The triple picks the compiler's name and what the object must be; `-p` may name it otherwise. */
function readToolchain(line: CommandLine): ToolchainWanted {
  const compiler = line.text('compiler');
  const target = line.text('target');
  if (target === undefined) {
    return defaultToolchain(compiler ?? 'gcc', process.arch, process.platform);
  }
  const wanted = parseToolchain(target);
  return compiler === undefined ? wanted : { ...wanted, compilerName: compiler };
}

function readSlots(text: string): SpecOptions['slots'] {
  if (text === 'keep' || text === 'auto' || text === 'none') return text;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ArgumentError(
    `Cannot take "${text}" for --slots: want keep, auto, none or a number from 1`,
  );
}

function readProtocol(value: number): 1 | 2 | 3 {
  return value === 1 || value === 2 ? value : 3;
}
