import { ArgumentError } from '../errors/index.ts';
import { parseNameServer } from '../dns/index.ts';
import type { NameServer } from '../dns/index.ts';
import { defaultToolchain } from '../probing/index.ts';
import type { ToolchainWanted } from '../probing/index.ts';
import { sortOrders } from '../vetting/index.ts';
import type { SortOrder } from '../vetting/index.ts';
import type { CommandLine, Program } from './command-line.ts';

/** lsdistcc(1). */
export const lsdistccProgram: Program = {
  name: 'lsdistcc',
  usage: '[options] [PATTERN | HOST… | -]',
  options: [
    { flags: '-p, --compiler <NAME>', help: 'Compiler of the test compile (gcc)' },
    {
      flags: '-P, --protocol <N>',
      help: 'Protocol of the test compile: 1, 2 (,lzo) or 3 (,lzo,cpp) (1)',
    },
    { flags: '-r, --port <PORT>', help: 'Port of hosts that name none (3632)' },
    { flags: '--start <N>', help: 'First number of a pattern (1)' },
    { flags: '-g, --gap <N>', help: 'Missing names that a pattern tolerates (0)' },
    { flags: '--hosts-file <FILE>', help: 'Also take the hosts of FILE (repeatable)' },
    { flags: '--dns-server <ADDR[:PORT]>', help: 'Ask this DNS server (repeatable; the system’s)' },
    { flags: '-h, --dns-resend <MS>', help: 'Send a DNS question again after MS, at first (100)' },
    { flags: '-o, --dns-ahead <N>', help: 'DNS questions in flight at once (100)' },
    {
      flags: '-d, --append-domain',
      help: 'Append the DNS domain of this machine to names without one',
    },
    { flags: '-t, --timeout <SEC>', help: 'Limit of the whole run; 0 is none (7)' },
    {
      flags: '-c, --connect-timeout <MS>',
      help: 'Limit of a connection; 0 does not connect (900)',
    },
    {
      flags: '-k, --compile-timeout <MS>',
      help: 'Limit of the test compile; 0 only connects (1000)',
    },
    { flags: '-m, --network <BITS>', help: 'Only hosts in the network of the first, BITS long' },
    { flags: '--verify <WHAT>', help: 'Believe the object, or only the status (object)' },
    { flags: '--repeat <N>', help: 'Ask each host N times, keep the median (1)' },
    { flags: '--sort <ORDER>', help: 'speed, name, found or source (speed)' },
    { flags: '--slots <MODE>', help: '/N on each host: keep, none or a number (keep)' },
    { flags: '--min-hosts <N>', help: 'Exit 1 when fewer are good (1)' },
    { flags: '--max-hosts <N>', help: 'Stop when N are good' },
    { flags: '--format <FORMAT>', help: 'hosts, line, json or table (hosts)' },
    { flags: '-n, --numeric', help: 'Print addresses instead of names' },
    { flags: '-l, --latency', help: 'Print milliseconds behind each host' },
    { flags: '-x, --down', help: 'Print the hosts that failed too, as ,down' },
    { flags: '--explain', help: 'Say of every host on standard error what it is and why' },
    { flags: '-v, --verbose', help: 'The same as --explain' },
    { flags: '--help', help: 'Show this text' },
    { flags: '--version', help: 'Show the version' },
  ],
  examples: [
    "export DISTCC_HOSTS=$(lsdistcc 'mydistcc%d')",
    "lsdistcc -P2 --explain --format table 'mydistcc%d'",
    'lsdistcc --min-hosts 3 red green:4200/8 blue',
  ],
};

/** What results look like on standard output. */
export const formats = ['hosts', 'line', 'json', 'table'] as const;

/** One of {@link formats}. */
export type Format = (typeof formats)[number];

/** How the printed specs are written. */
export interface SpecOptions {
  readonly slots: 'keep' | 'none' | number;
  readonly protocol: 1 | 2 | 3;
  readonly isNumeric: boolean;
  readonly hasLatency: boolean;
  readonly hasDown: boolean;
  /** Appended to names without a dot. */
  readonly domain?: string;
}

/** What the command line asks for, checked. */
export interface LsdistccSettings extends SpecOptions {
  readonly format: Format;
  readonly sort: SortOrder;
  readonly explains: boolean;
  readonly minHosts: number;
  readonly maxHosts: number;
  readonly wanted: ToolchainWanted;
  readonly verify: 'object' | 'status';
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
  return {
    format: choice(line, 'format', formats),
    sort: choice(line, 'sort', sortOrders),
    verify: choice(line, 'verify', ['object', 'status']),
    explains: line.has('explain') || line.has('verbose'),
    isNumeric: line.has('numeric'),
    hasLatency: line.has('latency'),
    hasDown: line.has('down'),
    appendsDomain: line.has('append-domain'),
    slots: readSlots(line.text('slots') ?? 'keep'),
    protocol: readProtocol(number('protocol', 1, 1, 3)),
    wanted: defaultToolchain(line.text('compiler') ?? 'gcc', process.arch, process.platform),
    minHosts: number('min-hosts', 1, 0, 1_000_000),
    maxHosts: number('max-hosts', 1_000_000, 1, 1_000_000),
    port: number('port', 3632, 1, 65_535),
    start: number('start', 1, 0, 1_000_000_000),
    gap: number('gap', 0, 0, 1_000_000),
    totalTimeoutMs: number('timeout', 7, 0, 86_400) * 1000,
    connectTimeoutMs: number('connect-timeout', 900, 0, 3_600_000),
    compileTimeoutMs: number('compile-timeout', 1000, 0, 3_600_000),
    networkBits: number('network', 0, 0, 128),
    repeat: number('repeat', 1, 1, 1000),
    firstResendMs: number('dns-resend', 100, 1, 60_000),
    maxInFlight: number('dns-ahead', 100, 1, 1000),
    nameServers: line.all('dns-server').map(parseNameServer),
  };
}

function choice<T extends string>(line: CommandLine, name: string, known: readonly [T, ...T[]]): T {
  const text = line.text(name) ?? known[0];
  const value = known.find((each) => each === text);
  if (value !== undefined) return value;
  throw new ArgumentError(`Cannot take "${text}" for --${name}: want ${known.join(', ')}`);
}

function readSlots(text: string): SpecOptions['slots'] {
  if (text === 'keep' || text === 'none') return text;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ArgumentError(`Cannot take "${text}" for --slots: want keep, none or a number from 1`);
}

function readProtocol(value: number): 1 | 2 | 3 {
  return value === 1 || value === 2 ? value : 3;
}
