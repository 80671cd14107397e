import { once } from 'node:events';
import process from 'node:process';
import { Launcher, makeLog, startDaemon } from '../server/index.ts';
import type { Daemon, DaemonOptions, Log } from '../server/index.ts';
import type { CommandLine } from './command-line.ts';
import { isDetached, reportListening } from './detach.ts';
import { openLog } from './distccd-log.ts';
import { startExtras } from './distccd-extras.ts';
import { readSettings } from './distccd-options.ts';
import type { DistccdSettings } from './distccd-options.ts';
import { lowerPriority, setOomScore, Settlement } from './distccd-settle.ts';

/** Serve on a port until a signal or `--lifetime` stops it. */
export async function serve(line: CommandLine, stopped: AbortSignal): Promise<void> {
  const settings = readSettings(line);
  const log = makeLog(openLog(line, isDetached()), settings.logLevel, settings.logFormat);
  lowerPriority(settings.nice);
  setOomScore(settings.oomScore);
  const settlement = new Settlement(line);
  const launcher = new Launcher(settings.limits);
  try {
    const tls = await makeGate(settings, log);
    await using daemon = await startDaemon({
      ...settings,
      ...(tls && { tls }),
      log,
      run: launcher.run,
      compilers: {
        get names() {
          return settlement.compilers.names; // known once root's powers are gone
        },
        locate: (word) => settlement.compilers.locate(word),
      },
      prepareFolder: () => {
        settlement.prepare();
      },
      onListening: () => {
        settlement.settle();
        launcher.prepare();
      },
    });
    tls?.check();
    log('notice', `listening on ${describePorts(settings, daemon)}, ${settings.jobs} jobs`);
    log('info', `compilers: ${settlement.compilers.names.join(' ')}`);
    const { compilers } = settlement;
    const endExtras = await startExtras({ line, settings, daemon, compilers, log });
    try {
      reportListening();
      await stopRequest(stopped, settings.lifetimeMs);
      await drain(daemon, settings.drainMs, log);
    } finally {
      await endExtras();
    }
  } finally {
    await launcher.close();
    settlement.leave();
  }
  log('notice', 'stopping');
}

/** Read while root's powers last: a key is its owner's alone. */
async function makeGate(
  { tlsPort }: DistccdSettings,
  log: Log,
): Promise<(NonNullable<DaemonOptions['tls']> & { readonly check: () => void }) | undefined> {
  if (tlsPort === undefined) return undefined;
  const { Gate } = await import('../server/tls-gate.ts'); // plain daemons do without node:tls
  const { keepIdentity } = await import('../server/keep-identity.ts');
  const { loadIdentity } = await import('../tls/index.ts');
  const identity = keepIdentity(process.env, (message) => {
    log('error', message);
  });
  const first = identity();
  return {
    port: tlsPort,
    gate: new Gate(identity),
    // A daemon whose user cannot read the list of the revoked would never hear of one.
    check: () => void loadIdentity(process.env, first),
  };
}

function describePorts({ port }: DistccdSettings, daemon: Daemon): string {
  const plain = port === undefined ? [] : [`port ${daemon.port}`];
  const tls = daemon.tlsPort === undefined ? [] : [`port ${daemon.tlsPort} for TLS`];
  return [...plain, ...tls].join(' and ');
}

function stopRequest(stopped: AbortSignal, lifetimeMs: number): Promise<unknown> {
  const lifetime = lifetimeMs > 0 ? [AbortSignal.timeout(lifetimeMs)] : [];
  const any = AbortSignal.any([stopped, ...lifetime]);
  return any.aborted ? Promise.resolve() : once(any, 'abort');
}

/** Let running jobs end; a second signal says that nobody wants to wait for them. */
async function drain(daemon: Daemon, limitMs: number, log: Log): Promise<void> {
  const hurry = new AbortController();
  const hasten = (): void => {
    hurry.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, hasten);
  const { running, queued } = daemon.slots;
  if (running > 0) log('notice', `finishing: ${running} jobs run, ${queued} wait`);
  await Promise.race([daemon.drain(limitMs), once(hurry.signal, 'abort')]);
}
