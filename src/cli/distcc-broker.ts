import { openBlacklist } from '../blacklist/index.ts';
import { createResolver, readSystemConfig } from '../dns/index.ts';
import type { Resolver } from '../dns/index.ts';
import { parseHostSpec } from '../hosts/index.ts';
import type { HostSource, TcpHost } from '../hosts/index.ts';
import {
  defaultToolchain,
  PROBE_COMPILE_TIMEOUT_MS,
  PROBE_CONNECT_TIMEOUT_MS,
  probe,
} from '../probing/index.ts';
import { probeRoute } from '../probing/probe-ssh.ts';
import type { ProbeOptions, ProbeResult, ProbeTarget } from '../probing/index.ts';
import { closeInherited } from '../process/index.ts';
import { makeScheduler, runBroker } from '../scheduling/index.ts';
import type { Fault, GateTarget, WorldOptions } from '../scheduling/index.ts';
import { isSshKey, Links, SshError, sweepLinkFolders } from '../ssh/index.ts';

/** A broker without clients is gone after so long: `$DISTCC_BROKER_IDLE` seconds (300). */
const IDLE_SEC = 300;

/** A host that has jobs of ours may need longer for a witness than an idle one. */
const PATIENCE = 3;

/** A login over half the world, to a machine that sleeps: nobody waits for it who has another host. */
const LOGIN_MS = 20_000;

/**
 * The broker's program: one for each user, started by the first `distcc` that needs it.
 * @param folder - the broker's own, private and there
 * @returns the exit code: 1 when another broker serves already
 */
export async function runBrokerProgram(folder: string, signal: AbortSignal): Promise<number> {
  const { env } = process;
  closeInherited();
  const resolver = createResolver(await readSystemConfig());
  const blacklist = openBlacklist(env);
  const links = new Links({
    ...{ env, folder, timeoutMs: LOGIN_MS, now: () => performance.now(), signal },
    onFailure: (key, reason) => {
      blacklist.recordFailure(key, 0, reason);
    },
    onChange: () => {
      scheduling.onRoute();
    },
  });
  const world: WorldOptions = {
    blacklist,
    routes: links,
    probe: (target, compiler) => findFault(target, compiler, links, signal),
    lookUp: (name) => lookUp(name, resolver, signal),
    findGood: (sources) => findGood(sources, signal),
    now: () => performance.now(),
    random: Math.random,
  };
  const scheduling = makeScheduler(world);
  const idleSec = Number(env['DISTCC_BROKER_IDLE'] ?? IDLE_SEC);
  const wasNeeded = await runBroker({
    ...scheduling,
    ...{ folder, idleMs: idleSec * 1000, now: world.now, signal },
    onReady: () => {
      sweepLinkFolders(folder);
      process.stdout.write('ready\n');
    },
  });
  resolver.close();
  await links.close();
  return wasNeeded ? 0 : 1;
}

/** Loaded only for lists with such words. */
async function* findGood(
  sources: readonly HostSource[],
  signal: AbortSignal,
): AsyncGenerator<TcpHost> {
  const { findGoodHosts } = await import('./find-good-hosts.ts');
  yield* findGoodHosts(sources, signal);
}

/** A name's addresses; nobody's answer is no address. */
async function lookUp(
  name: string,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const resolution = await resolver.resolve(name, { signal });
    return resolution.kind === 'addresses' ? resolution.addresses : [];
  } catch {
    return [];
  }
}

async function findFault(
  { tlsName, ...where }: GateTarget,
  compiler: string,
  links: Links,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  try {
    const target = { ...where, ...(tlsName !== undefined && { tlsName }) };
    const { verdict, reason } = await ask(target, links, {
      language: 'c',
      wanted: defaultToolchain(compiler, process.arch, process.platform),
      verify: 'status',
      protocol: 1,
      connectTimeoutMs: PROBE_CONNECT_TIMEOUT_MS,
      compileTimeoutMs: PROBE_COMPILE_TIMEOUT_MS * PATIENCE,
      identity: async () => (await import('../tls/index.ts')).readIdentity(process.env),
      signal,
    });
    if (verdict === 'up') return undefined;
    const isSilence = verdict === 'stalled' || verdict === 'too-slow';
    return { reason: reason ?? verdict, isSilence };
  } catch (error) {
    if (error instanceof SshError) return { reason: error.message, isSilence: false };
    return { reason: 'it could not be asked', isSilence: true };
  }
}

async function ask(target: ProbeTarget, links: Links, options: ProbeOptions): Promise<ProbeResult> {
  if (!isSshKey(target.address)) return probe(target, options);
  const host = parseHostSpec(target.address);
  if (host.kind !== 'ssh') throw new TypeError(`"${target.address}" is no host behind ssh`);
  return probeRoute(host, await links.reach(host), process.env, options);
}
