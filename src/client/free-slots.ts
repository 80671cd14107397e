import type { HostList, HostSpec, SshHost, TcpHost } from '../hosts/index.ts';
import { isIP } from '../net/index.ts';
import type { JobContext } from './job-context.ts';
import { orderHosts } from './host-order.ts';
import { destinationOf } from './open-connection.ts';
import type { Log } from './log.ts';
import type { Place, Slots } from './slots.ts';

/**
 * Slots without a broker: hosts by chance, by their addresses one after the other; one that is
 * blacklisted is passed over, and nobody waits.
 */
export class FreeSlots implements Slots {
  readonly #order: readonly HostSpec[];
  readonly #log: Log;
  readonly #whyEmpty: string | undefined;
  readonly #places: AsyncGenerator<Place | 'here', undefined>;
  onSecond: Slots['onSecond'];

  /**
   * @param list - undefined when it cannot be read, and that was told
   * @param compiler - the job's, for a host that has to prove itself again
   */
  constructor(list: HostList | undefined, compiler: string, context: JobContext) {
    this.#order = orderHosts(list ?? { hosts: [] }, Math.random);
    this.#log = context.log;
    this.#whyEmpty = list && whyEmpty(list);
    this.#places = findPlaces(this.#order, compiler, context);
  }

  begin(): Promise<'preprocess' | 'here' | 'nowhere'> {
    const [first] = this.#order;
    if (first === undefined) {
      if (this.#whyEmpty !== undefined)
        this.#log('warning', `${this.#whyEmpty}: can't distribute work`);
      return Promise.resolve('nowhere');
    }
    return Promise.resolve(first.kind === 'local' ? 'here' : 'preprocess');
  }

  stay(): Promise<void> {
    return Promise.resolve();
  }

  async next(): Promise<Place | 'here' | undefined> {
    const { value } = await this.#places.next();
    return value;
  }

  end(): void {
    // nobody counts
  }

  beginAudit(): void {
    // nobody counts
  }

  endAudit(): void {
    // nobody counts
  }

  setPhase(): void {
    // nobody watches
  }

  close(): void {
    // nothing is held
  }
}

function whyEmpty({ hosts, sources }: HostList): string {
  if (hosts.length > 0) return 'every host of the list is down';
  return sources.length > 0
    ? 'only a broker finds the hosts behind +zeroconf, +pattern and +srv, and there is none'
    : 'no hosts in $DISTCC_HOSTS or a hosts file';
}

async function* findPlaces(
  order: readonly HostSpec[],
  compiler: string,
  context: JobContext,
): AsyncGenerator<Place | 'here', undefined> {
  for (const host of order) {
    if (host.kind === 'local') yield 'here';
    else if (host.kind === 'ssh') yield* placeBehindSsh(host, compiler, context);
    else yield* placesOf(host, compiler, context);
  }
}

async function* placesOf(
  host: TcpHost,
  compiler: string,
  context: JobContext,
): AsyncGenerator<Place> {
  const addresses = await resolve(host, context);
  let isLeftAlone = false;
  for (const address of addresses) {
    const place = { host, address, port: host.port };
    if (await isUsable(place, compiler, context)) yield place;
    else isLeftAlone = true;
  }
  if (isLeftAlone) tellLeftAlone(host, context);
}

/** ssh looks the name up, by its own rules. */
async function* placeBehindSsh(
  host: SshHost,
  compiler: string,
  context: JobContext,
): AsyncGenerator<Place> {
  const { sshKey } = await import('../ssh/index.ts');
  const place = { host, address: sshKey(host), port: 0 };
  if (await isUsable(place, compiler, context)) yield place;
  else tellLeftAlone(host, context);
}

function tellLeftAlone({ text }: HostSpec, { log }: JobContext): void {
  log('info', `"${text}" failed lately and is left alone`);
}

/** Whether a job may go there; after a failure a probe decides, and not the job. */
async function isUsable(
  place: Place,
  compiler: string,
  { blacklist, env, settings, signal }: JobContext,
): Promise<boolean> {
  const { address, port } = place;
  if (blacklist.find(address, port) !== undefined) return false;
  if (!blacklist.isHalfOpen(address, port)) return true;
  const { isRecovered } = await import('./probe-again.ts');
  const target = destinationOf(place, { env, folder: settings.folder });
  const isUp = await isRecovered(target, compiler, signal);
  if (isUp) blacklist.recordSuccess(address, port);
  else blacklist.recordFailure(address, port, 'still not good');
  return isUp;
}

/** Loaded only for names: an address costs a compilation nothing. */
async function resolve(host: TcpHost, { log, signal }: JobContext): Promise<readonly string[]> {
  if (isIP(host.host) !== 0) return [host.host];
  const { resolveName } = await import('./resolve-name.ts');
  const resolution = await resolveName(host.host, signal);
  if (resolution.kind === 'addresses') return resolution.addresses;
  log('warning', `failed to distribute to ${host.text}: Cannot resolve it (${resolution.kind})`);
  return [];
}
