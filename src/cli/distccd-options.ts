import fs from 'node:fs';
import { ArgumentError } from '../errors/index.ts';
import { DEFAULT_PORT, DEFAULT_TLS_PORT } from '../hosts/index.ts';
import { parseAccessList, PRIVATE_NETWORKS } from '../net/index.ts';
import type { AccessList } from '../net/index.ts';
import { defaultLimits, logFormats, logLevels, readMachine } from '../server/index.ts';
import type { LogFormat, LogLevel, Machine, ServiceLimits } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';

export { distccdProgram } from './distccd-program.ts';

/** What the command line asks of a daemon, checked. */
export interface DistccdSettings {
  readonly listen?: string;
  /** Absent: no plain connection is taken. */
  readonly port?: number;
  /** Absent: none over TLS. */
  readonly tlsPort?: number;
  readonly jobs: number;
  /** 0 leaves it as it is. */
  readonly oomScore: number;
  readonly nice: number;
  readonly lifetimeMs: number;
  readonly drainMs: number;
  readonly access: AccessList;
  /** Who may read the statistics: no certificate is asked for there. */
  readonly readers: AccessList;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly machine: Machine;
  /** Absent when nobody asked for statistics. */
  readonly statsPort?: number;
  readonly limits: ServiceLimits;
  /** Absent when clients may use no specs files. */
  readonly sysroot?: string;
}

/**
 * Check the values of a command line.
 * @throws {ArgumentError} on a value out of range, or when nobody was named who may connect
 */
export function readSettings(line: CommandLine): DistccdSettings {
  refuseCommandList();
  const listen = line.text('listen');
  const machine = readMachine();
  return {
    ...(listen === undefined ? {} : { listen }),
    ...readStatsPort(line),
    ...readSysroot(line),
    ...readPorts(line),
    jobs: line.integer('jobs', { fallback: machine.cpuCount + 2, min: 1, max: 4096 }),
    oomScore: line.integer('oom-score-adj', { fallback: 0, min: -1000, max: 1000 }),
    nice: line.integer('nice', { fallback: 5, min: 0, max: 20 }),
    lifetimeMs: seconds(line, 'lifetime', 0),
    drainMs: seconds(line, 'drain', 10),
    access: readAccess(line, listen),
    readers: readAccess(line, '127.0.0.1', false),
    logLevel: readLogLevel(line),
    logFormat: oneOf(line, 'log-format', logFormats, 'text'),
    machine,
    limits: readLimits(line, defaultLimits(machine)),
  };
}

/** Of the original: who has set it counts on what is not on that list not being run. */
function refuseCommandList(): void {
  if (!process.env['DISTCC_CMDLIST']) return;
  throw new ArgumentError(
    'Cannot keep to DISTCC_CMDLIST: unset it, and name compilers with DISTCCD_PATH and --allow-compiler',
  );
}

/** With `--tls` alone nobody comes in who shows no certificate. */
function readPorts(line: CommandLine): Pick<DistccdSettings, 'port' | 'tlsPort'> {
  const port = line.integer('port', { fallback: DEFAULT_PORT, min: 1, max: 65_535 });
  const tlsPort = line.integer('tls-port', { fallback: DEFAULT_TLS_PORT, min: 1, max: 65_535 });
  if (!line.has('tls')) return { port };
  if (line.has('inetd')) {
    throw new ArgumentError('Cannot serve standard input over TLS: want --tls or --inetd');
  }
  return line.has('plain') ? { port, tlsPort } : { tlsPort };
}

function readStatsPort(line: CommandLine): { statsPort?: number } {
  if (!line.has('stats') && line.text('stats-port') === undefined) return {};
  return { statsPort: line.integer('stats-port', { fallback: 3633, min: 1, max: 65_535 }) };
}

function readSysroot(line: CommandLine): { sysroot?: string } {
  const folder = line.text('sysroot');
  if (folder === undefined) return {};
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return { sysroot: fs.realpathSync(folder) };
  throw new ArgumentError(`Cannot take "${folder}" for --sysroot: want a folder`);
}

const MIB = 2 ** 20;

function readLimits(line: CommandLine, limits: ServiceLimits): ServiceLimits {
  const mebibytes = (name: string, bytes: number, min = 0): number =>
    line.integer(name, { fallback: bytes / MIB, min, max: 1_048_576 }) * MIB;
  const count = (name: string, fallback: number, min = 0): number =>
    line.integer(name, { fallback, min, max: 1_000_000 });
  return {
    ...limits,
    maxRequestBytes: mebibytes('max-request', limits.maxRequestBytes, 1),
    memoryBytes: mebibytes('max-memory', limits.memoryBytes),
    fileBytes: mebibytes('max-file', limits.fileBytes),
    minFreeBytes: mebibytes('min-memory', limits.minFreeBytes),
    maxPerClient: count('max-per-client', limits.maxPerClient, 1),
    maxQueue: count('max-queue', limits.maxQueue),
    maxWaitMs: seconds(line, 'max-wait', limits.maxWaitMs / 1000),
    maxLoad: readLoad(line),
    jobLifetimeMs: seconds(line, 'job-lifetime', limits.jobLifetimeMs / 1000),
  };
}

function readLoad(line: CommandLine): number {
  const text = line.text('max-load');
  if (text === undefined) return Infinity;
  const load = Number(text);
  if (load > 0) return load;
  throw new ArgumentError(`Cannot take "${text}" for --max-load: want a number above 0`);
}

/** Nothing said is nobody allowed: distcc 3.4 meant to do so and let everybody in. */
function readAccess(
  line: CommandLine,
  listen: string | undefined,
  isTls = line.has('tls') && !line.has('plain'),
): AccessList {
  const isPrivate = line.has('allow-private');
  const named = [...line.all('allow'), ...(isPrivate ? PRIVATE_NETWORKS : [])];
  const loopback = ['127.0.0.0/8', '::1'];
  const isLoopback = listen !== undefined && parseAccessList(loopback).allows(listen);
  if (named.length > 0) return parseAccessList(named);
  if (isTls) return parseAccessList(['0.0.0.0/0', '::/0']);
  if (isLoopback) return parseAccessList(loopback);
  if (line.has('inetd') || line.has('tunnel')) return parseAccessList([]); // a pipe was let in by its maker; nobody else is
  throw new ArgumentError(
    'Nobody may connect: say who with --allow ADDRESS[/BITS], --allow-private, --tls or --listen 127.0.0.1',
  );
}

/** The names that the original takes as well. */
const LEVEL_NAMES: ReadonlyMap<string, LogLevel> = new Map([
  ['emergency', 'emerg'],
  ['critical', 'crit'],
  ['err', 'error'],
  ['warn', 'warning'],
  ['note', 'notice'],
]);

function readLogLevel(line: CommandLine): LogLevel {
  const level = LEVEL_NAMES.get(line.text('log-level') ?? '');
  if (level !== undefined) return level;
  const isVerbose = line.has('verbose') || line.has('wizard');
  return oneOf(line, 'log-level', logLevels, isVerbose ? 'debug' : 'notice');
}

function oneOf<T extends string>(
  line: CommandLine,
  name: string,
  known: readonly T[],
  fallback: T,
): T {
  const text = line.text(name);
  const value = text === undefined ? fallback : known.find((each) => each === text);
  if (value !== undefined) return value;
  const what = name.replace('-', ' ');
  throw new ArgumentError(`Unknown ${what} "${text ?? ''}": want one of ${known.join(', ')}`);
}

function seconds(line: CommandLine, name: string, fallback: number): number {
  return line.integer(name, { fallback, min: 0, max: 604_800 }) * 1000;
}
