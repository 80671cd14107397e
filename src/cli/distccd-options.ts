import { availableParallelism } from 'node:os';
import { ArgumentError } from '../errors/index.ts';
import { parseAccessList, PRIVATE_NETWORKS } from '../net/index.ts';
import type { AccessList } from '../net/index.ts';
import { logLevels } from '../server/index.ts';
import type { LogLevel } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';

export { distccdProgram } from './distccd-program.ts';

/** What the command line asks of a daemon, checked. */
export interface DistccdSettings {
  readonly listen?: string;
  readonly port: number;
  readonly jobs: number;
  readonly nice: number;
  readonly jobLifetimeMs: number;
  readonly lifetimeMs: number;
  readonly access: AccessList;
  readonly logLevel: LogLevel;
}

/**
 * Check the values of a command line.
 * @throws {ArgumentError} on a value out of range, or when nobody was named who may connect
 */
export function readSettings(line: CommandLine): DistccdSettings {
  const listen = line.text('listen');
  const cpus = availableParallelism();
  return {
    ...(listen === undefined ? {} : { listen }),
    port: line.integer('port', { fallback: 3632, min: 1, max: 65_535 }),
    jobs: line.integer('jobs', { fallback: cpus + 2, min: 1, max: 4096 }),
    nice: line.integer('nice', { fallback: 5, min: 0, max: 19 }),
    jobLifetimeMs: seconds(line, 'job-lifetime', 300),
    lifetimeMs: seconds(line, 'lifetime', 0),
    access: readAccess(line, listen),
    logLevel: readLogLevel(line),
  };
}

/** Nothing said is nobody allowed: distcc 3.4 meant to do so and let everybody in. */
function readAccess(line: CommandLine, listen: string | undefined): AccessList {
  const isPrivate = line.has('allow-private');
  const named = [...line.all('allow'), ...(isPrivate ? PRIVATE_NETWORKS : [])];
  const loopback = ['127.0.0.0/8', '::1'];
  const isLoopback = listen !== undefined && parseAccessList(loopback).allows(listen);
  if (named.length > 0) return parseAccessList(named);
  if (isLoopback) return parseAccessList(loopback);
  throw new ArgumentError(
    'Nobody may connect: say who with --allow ADDRESS[/BITS], --allow-private, or --listen 127.0.0.1',
  );
}

function readLogLevel(line: CommandLine): LogLevel {
  const named = line.text('log-level') ?? (line.has('verbose') ? 'debug' : 'notice');
  const level = logLevels.find((known) => known === named);
  if (level !== undefined) return level;
  throw new ArgumentError(`Unknown log level "${named}": want one of ${logLevels.join(', ')}`);
}

function seconds(line: CommandLine, name: string, fallback: number): number {
  return line.integer(name, { fallback, min: 0, max: 604_800 }) * 1000;
}
