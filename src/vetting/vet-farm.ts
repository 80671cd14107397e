import { openBlacklist } from '../blacklist/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { createResolver, readSystemConfig } from '../dns/index.ts';
import type { NameServer, Resolver } from '../dns/index.ts';
import type { Identity } from '../tls/index.ts';
import { compileLocalCode } from '../probing/index.ts';
import { distccFolder } from '../process/index.ts';
import { vetOrRecall } from './recall.ts';
import type { Row } from './row.ts';
import { vet } from './vet.ts';
import type { VetOptions } from './vet.ts';

/** How a farm is vetted, with the resolver, the blacklist and the last good list of this user. */
export interface FarmOptions extends Omit<
  VetOptions,
  'resolver' | 'blacklist' | 'localCode' | 'identity' | 'onWarning'
> {
  /** Whom to ask for names; none: whom the system asks. */
  readonly nameServers: readonly NameServer[];
  /** Before a DNS server's round trip is known, a question is sent again after so long. */
  readonly firstResendMs?: number;
  /** DNS questions waiting for an answer at once. */
  readonly maxInFlight?: number;
  /** The object's code must equal what the compiler of this machine makes. */
  readonly matchesLocal: boolean;
  /** Leave hosts that failed lately alone, and note how each answers. */
  readonly usesBlacklist: boolean;
  /** Vet the last good list when nobody answers for the names of the sources. */
  readonly usesCache: boolean;
  /** Says where `$DISTCC_DIR` is and what a failure costs. */
  readonly env: NodeJS.ProcessEnv;
  /** Called with one line for a person; it may quote a stranger. */
  readonly onWarning: (message: string) => void;
}

/**
 * Vet all sources as `lsdistcc` does: a row for every host as soon as its verdict is known, those together
 * that are known together. Leaving the loop early ends what is still asked; sockets are closed when it is over, however it ends.
 * @throws {ArgumentError} when `matchesLocal` is wanted and the compiler of this machine fails
 * @throws {IoError} when `isTls` is wanted and this machine's own certificate is no good
 * @throws the signal's reason when it aborts
 */
export async function* vetFarm(
  sources: readonly Wanted[],
  options: FarmOptions,
): AsyncGenerator<readonly Row[]> {
  options.signal.throwIfAborted();
  const resolver = await makeResolver(options);
  try {
    const vetting = await prepare(options, resolver);
    const folder = distccFolder(options.env);
    const recalling = { ...vetting, folder, onRecall: options.onWarning };
    yield* options.usesCache ? vetOrRecall(sources, recalling) : vet(sources, vetting);
  } finally {
    resolver.close();
  }
}

/** A resolver that asks `nameServers`, or as the system does. */
export async function makeResolver(
  options: Pick<FarmOptions, 'nameServers' | 'firstResendMs' | 'maxInFlight'>,
): Promise<Resolver> {
  const { nameServers, firstResendMs, maxInFlight } = options;
  const system = await readSystemConfig();
  return createResolver({
    ...system,
    ...(nameServers.length > 0 && { servers: nameServers }),
    ...(firstResendMs !== undefined && { firstResendMs }),
    ...(maxInFlight !== undefined && { maxInFlight }),
  });
}

async function prepare(options: FarmOptions, resolver: Resolver): Promise<VetOptions> {
  const { language, wanted, signal, env } = options;
  const identity = makeIdentity(env);
  if (options.isTls === true) await identity();
  return {
    ...options,
    identity,
    ...(options.matchesLocal && { localCode: await compileLocalCode(language, wanted, signal) }),
    ...(options.usesBlacklist && { blacklist: openBlacklist(env, { looksOnce: true }) }),
    onWarning: ({ message }) => {
      options.onWarning(message);
    },
    resolver,
  };
}

/** This machine's certificate, read when the first host over TLS is asked: most runs have none. */
function makeIdentity(env: NodeJS.ProcessEnv): () => Promise<Identity> {
  let reading: Promise<Identity> | undefined;
  return () => (reading ??= read(env));
}

async function read(env: NodeJS.ProcessEnv): Promise<Identity> {
  const { loadIdentity } = await import('../tls/index.ts');
  return loadIdentity(env);
}
