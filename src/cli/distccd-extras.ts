import { advertise } from '../server/index.ts';
import type { Compilers, Daemon, Log } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';
import type { DistccdSettings } from './distccd-options.ts';
import { VERSION } from './version.ts';

/** What a daemon has for others than its clients. */
export interface ExtrasOptions {
  readonly line: CommandLine;
  readonly settings: DistccdSettings;
  readonly daemon: Daemon;
  readonly compilers: Compilers;
  readonly log: Log;
}

/**
 * Start what the command line asks for beyond compiling: statistics and multicast DNS.
 * @returns what ends it
 * @throws {BindError} when the port of the statistics cannot be had
 */
export async function startExtras(options: ExtrasOptions): Promise<() => Promise<void>> {
  const { line, settings } = options;
  const { statsPort } = settings;
  const stats = statsPort === undefined ? undefined : await startStats(options, statsPort);
  const offer = line.has('zeroconf') ? await startOffer(options) : undefined;
  return async () => {
    await stats?.[Symbol.asyncDispose]();
    await offer?.[Symbol.asyncDispose]();
  };
}

async function startOffer(options: ExtrasOptions): Promise<AsyncDisposable> {
  const { settings, daemon, compilers, log } = options;
  const { jobs, machine } = settings;
  const architecture = process.arch === 'x64' ? 'x86_64' : process.arch;
  return advertise({
    isPlain: settings.port !== undefined,
    ...(daemon.tlsPort !== undefined && (await describeTls(daemon.tlsPort))),
    ...{ port: daemon.port, jobs, cpuCount: machine.cpuCount, version: VERSION, log },
    target: `${architecture}-${process.platform}`,
    compiler: compilers.locate('cc'),
  });
}

async function describeTls(tlsPort: number) {
  const { ownName } = await import('../tls/index.ts');
  const tlsName = ownName(process.env);
  return { tlsPort, ...(tlsName !== undefined && { tlsName }) };
}

async function startStats(options: ExtrasOptions, port: number): Promise<AsyncDisposable> {
  const { settings, daemon, compilers } = options;
  const { jobs, readers, listen, limits, machine } = settings;
  const { startStatsServer } = await import('../server/stats-server.ts'); // prom-client is large
  const { stats, slots } = daemon;
  return startStatsServer({
    source: { stats, slots, jobs, freeMemoryBytes: () => machine.freeMemoryBytes() },
    configuration: [
      ['Version', VERSION],
      ['Port', String(daemon.port)],
      ...(daemon.tlsPort === undefined ? [] : [['TLS port', String(daemon.tlsPort)] as const]),
      ['Slots', String(jobs)],
      ['Processors', String(machine.cpuCount)],
      ['Memory', `${Math.floor(machine.memoryBytes / 2 ** 20)} MiB`],
      ['Jobs that may wait', String(limits.maxQueue)],
      ['Longest job', `${limits.jobLifetimeMs / 1000} s`],
      ['Largest request', `${limits.maxRequestBytes / 2 ** 20} MiB`],
      ['Compilers', compilers.names.join(' ')],
    ],
    ...{ access: readers, port, ...(listen === undefined ? {} : { listen }) },
  });
}
