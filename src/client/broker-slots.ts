import { parseHostSpec } from '../hosts/index.ts';
import { isIP } from '../net/index.ts';
import { BrokerLostError } from '../scheduling/open-broker.ts';
import type { Broker, Ending, Grant, HostGrant, Phase, Wish } from '../scheduling/index.ts';
import type { Log } from './log.ts';
import type { Place, Slots } from './slots.ts';

/** Slots that this user's broker grants; when it is gone in the middle, chance goes on. */
export class BrokerSlots implements Slots {
  readonly #broker: Broker;
  readonly #log: Log;
  readonly #makeOther: () => Slots;
  #other: Slots | undefined;

  /** @param makeOther - makes what a job goes on with when the broker dies */
  constructor(broker: Broker, log: Log, makeOther: () => Slots) {
    this.#broker = broker;
    this.#log = log;
    this.#makeOther = makeOther;
  }

  async begin(): Promise<'preprocess' | 'here' | 'nowhere'> {
    const grant = await this.#ask({ wish: 'begin' });
    if (grant === undefined) return this.#without().begin();
    if (grant.grant === 'preprocess' || grant.grant === 'here') return grant.grant;
    this.#tellWhy(grant);
    return 'nowhere';
  }

  async stay(why: string): Promise<void> {
    await this.#ask({ wish: 'here', why });
  }

  async next(bytes: number): Promise<Place | 'here' | undefined> {
    const grant = await this.#ask({ wish: 'host', bytes });
    if (grant === undefined) return this.#without().next(bytes);
    if (grant.grant === 'here') return 'here';
    if (grant.grant === 'host') return placeOf(grant);
    this.#tellWhy(grant);
    return undefined;
  }

  end(place: Place | 'here', ending: Ending): void {
    const [address, port] = place === 'here' ? ['', 0] : [place.address, place.port];
    this.#broker.tell({ wish: 'end', address, port, ending });
  }

  beginAudit(): void {
    this.#broker.tell({ wish: 'audit' });
  }

  endAudit(differing: readonly Place[] | undefined): void {
    const places = differing?.map(({ address, port }) => ({ address, port }));
    this.#broker.tell({ wish: 'audited', ...(places && { differing: places }) });
  }

  setPhase(phase: Phase): void {
    this.#broker.tell({ wish: 'phase', phase });
  }

  set onSecond(callback: ((place: Place) => void) | undefined) {
    this.#broker.onSecond =
      callback &&
      ((grant): void => {
        callback(placeOf(grant));
      });
  }

  close(): void {
    this.#broker.close();
  }

  /** @returns undefined when there is no broker any more */
  async #ask(wish: Wish): Promise<Grant | undefined> {
    if (this.#other !== undefined) return undefined;
    try {
      return await this.#broker.ask(wish);
    } catch (error) {
      if (!(error instanceof BrokerLostError)) throw error;
      this.#log('info', 'the broker is gone: going on without it');
      return undefined;
    }
  }

  #without(): Slots {
    return (this.#other ??= this.#makeOther());
  }

  #tellWhy(grant: Grant): void {
    if (grant.grant === 'none' && grant.why !== '') {
      this.#log('warning', `${grant.why}: can't distribute work`);
    }
  }
}

/** A host that was found by its name or an advertisement has its address in the grant alone. */
function placeOf({ text, address, port, route }: HostGrant): Place {
  const host = parseHostSpec(text);
  const isAddress = host.kind === 'ssh' || isIP(address.split('%')[0] ?? '') !== 0;
  if (host.kind === 'local' || !isAddress) {
    throw new BrokerLostError(`The broker names "${text}" at "${address}"`);
  }
  return { host, address, port, ...(route !== undefined && { route }) };
}
