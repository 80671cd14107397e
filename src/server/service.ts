import { setMaxListeners } from 'node:events';
import type { AccessList } from '../net/index.ts';
import type { Compilers } from './compilers.ts';
import type { Log } from './log.ts';
import { readMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import type { Deadlines } from './read-request.ts';
import { runLimited } from './run-compiler.ts';
import type { CompilerLimits, RunCompiler } from './run-compiler.ts';
import { BusyError, Slots } from './slots.ts';
import { Stats } from './stats.ts';

/** Where a daemon says no, so that no client can hurt another. */
export interface ServiceLimits extends CompilerLimits {
  /** One request, as sent and after decompression, in bytes. */
  readonly maxRequestBytes: number;
  /** Requests of all clients together, in bytes as sent. */
  readonly maxHeldBytes: number;
  /** Connections of one address. */
  readonly maxPerClient: number;
  /** Jobs that wait for a slot. */
  readonly maxQueue: number;
  /** How long one waits, in milliseconds. */
  readonly maxWaitMs: number;
  /** The load average of a minute. */
  readonly maxLoad: number;
  /** Memory that must be free for a job to begin, in bytes. */
  readonly minFreeBytes: number;
  /** A compiler's time, in milliseconds; 0 is no limit. */
  readonly jobLifetimeMs: number;
  readonly deadlines: Deadlines;
}

/** What every connection of a daemon shares. */
export interface Service {
  /** Where specs files lie that clients may use: an absolute path without links. */
  readonly sysroot: string | undefined;
  readonly compilers: Compilers;
  readonly slots: Slots;
  readonly stats: Stats;
  readonly limits: ServiceLimits;
  readonly log: Log;
  readonly run: RunCompiler;
  /** Called before each job: the folder of temporary files must be there. */
  readonly prepareFolder: () => void;
  /** Take room for the bytes of a request, or give it back (negative). @throws {BusyError} */
  readonly hold: (bytes: number) => void;
  /** Aborted when the daemon takes no more requests. */
  readonly draining: AbortSignal;
  /** Aborted when it stops. */
  readonly stopping: AbortSignal;
}

/** How a daemon serves, wherever its connections come from. */
export interface ServiceOptions {
  /** Compilers at once. */
  readonly jobs: number;
  readonly access: AccessList;
  readonly compilers: Compilers;
  readonly log: Log;
  readonly limits?: Partial<ServiceLimits>;
  readonly machine?: Machine;
  readonly stats?: Stats;
  readonly prepareFolder?: () => void;
  /** See {@link Service.sysroot}. */
  readonly sysroot?: string;
  /** How compilers are run: from this very process when absent. */
  readonly run?: RunCompiler;
}

const MIB = 2 ** 20;

/** The limits of a daemon that is told nothing. */
export function defaultLimits(machine: Machine): ServiceLimits {
  return {
    memoryBytes: Math.max(machine.memoryBytes, 4096 * MIB),
    fileBytes: 512 * MIB,
    maxRequestBytes: 512 * MIB,
    maxHeldBytes: machine.memoryBytes / 2,
    maxPerClient: 512,
    maxQueue: 256,
    maxWaitMs: 60_000,
    maxLoad: Infinity,
    minFreeBytes: Math.min(128 * MIB, machine.memoryBytes / 20),
    jobLifetimeMs: 300_000,
    deadlines: { firstByteMs: 30_000, idleMs: 300_000, requestMs: 600_000 },
  };
}

/** A service, and what ends it. */
export interface RunningService {
  readonly service: Service;
  /** Take no more requests; those that were begun go on. */
  readonly drain: () => void;
  /** End what is running. */
  readonly stop: () => void;
}

/** Make what the connections of a daemon share. */
export function makeService(options: ServiceOptions): RunningService {
  const {
    compilers,
    jobs,
    log,
    machine = readMachine(),
    prepareFolder = () => undefined,
    run = runLimited,
  } = options;
  const limits = { ...defaultLimits(machine), ...options.limits };
  const { maxQueue, maxWaitMs } = limits;
  const [draining, stopping] = [new AbortController(), new AbortController()];
  for (const { signal } of [draining, stopping]) setMaxListeners(0, signal); // one a connection
  const overload = (): string | undefined => findOverload(machine, limits);
  const service = {
    ...{ compilers, limits, log, prepareFolder, run, sysroot: options.sysroot },
    stats: options.stats ?? new Stats(),
    slots: new Slots({ jobs, maxQueue, maxWaitMs, overload }),
    hold: makeHold(limits.maxHeldBytes),
    draining: draining.signal,
    stopping: stopping.signal,
  };
  const drain = (): void => {
    draining.abort(new Error('The daemon stops'));
  };
  const stop = (): void => {
    drain();
    stopping.abort(new Error('The daemon stops'));
  };
  return { service, drain, stop };
}

function findOverload(machine: Machine, limits: ServiceLimits): string | undefined {
  const { maxLoad, minFreeBytes } = limits;
  const [load = 0] = maxLoad === Infinity ? [] : machine.loadAverages();
  if (load > maxLoad) return `the load is ${load.toFixed(2)}, at most ${maxLoad} wanted`;
  const free = minFreeBytes > 0 ? machine.freeMemoryBytes() : Infinity;
  if (free >= minFreeBytes) return undefined;
  return `${Math.floor(free / MIB)} MiB of memory are free, ${Math.ceil(minFreeBytes / MIB)} wanted`;
}

function makeHold(maxBytes: number): (bytes: number) => void {
  let heldBytes = 0;
  return (bytes) => {
    if (bytes > 0 && heldBytes + bytes > maxBytes) {
      throw new BusyError('Too busy: there is no memory for one more request');
    }
    heldBytes += bytes;
  };
}
