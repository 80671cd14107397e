import { ArgumentError, IoError } from '../errors/index.ts';
import { sortAddresses } from './address.ts';
import { isHostName, resolveLocally, searchNames } from './names.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { RoundTrip } from './round-trip.ts';
import { Search } from './search.ts';
import type { Searcher } from './search.ts';
import type { ServerState } from './server-state.ts';
import type {
  Answer,
  RecordType,
  Resolution,
  ResolveOptions,
  Resolver,
  ResolverOptions,
} from './types.ts';
import { UdpExchange } from './udp-exchange.ts';

/** Ours; library-facts 2 has the measurements behind the cap. */
const DEFAULTS = {
  ...{ firstResendMs: 100, floorMs: 20, timeoutMs: 3000, maxInFlight: 100 },
  isIpv6Only: false,
};

/**
 * A resolver of our own: the same under Node and in the single-file executable, quick where packets get
 * lost. Without {@link Resolver.close} it does not keep the process alive either.
 * @throws {ArgumentError} when there is no server to ask
 */
export function createResolver(options: ResolverOptions): Resolver {
  if (options.servers.length === 0)
    throw new ArgumentError('Cannot resolve names: no DNS server given');
  return new SharedResolver({ ...DEFAULTS, ...options });
}

/** Answers that may come at once and still fit into a socket's buffer as the kernel makes it. */
const QUIET_IN_FLIGHT = 128;

class SharedResolver implements Resolver {
  readonly #options: Required<ResolverOptions>;
  readonly #servers: readonly ServerState[];
  readonly #addressTypes: readonly ('A' | 'AAAA')[];
  readonly #exchange: UdpExchange<ServerState>;
  /** Those who wait for their turn. */
  readonly #queue: (() => void)[] = [];
  #inFlightCount = 0;
  readonly #closing = new AbortController();
  /** A caller's signal joined with that of closing. */
  readonly #signals = new WeakMap<AbortSignal, AbortSignal>();

  constructor(options: Required<ResolverOptions>) {
    this.#options = options;
    this.#addressTypes = options.isIpv6Only ? ['AAAA', 'A'] : ['A', 'AAAA'];
    this.#exchange = new UdpExchange(options.maxInFlight > QUIET_IN_FLIGHT);
    this.#servers = options.servers.map((server) => ({
      server,
      roundTrip: new RoundTrip(options),
      missCount: 0,
    }));
  }

  resolve(name: string, options: ResolveOptions): Promise<Resolution> {
    return new Promise((resolve, reject) => {
      this.#throwIfOver(options.signal);
      const known = resolveLocally(name, this.#options.hosts);
      if (known !== undefined) resolve(known);
      else
        this.#search(name, this.#addressTypes, options, { read: readAddresses, resolve, reject });
    });
  }

  query<T extends RecordType>(name: string, type: T, options: ResolveOptions): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      this.#throwIfOver(options.signal);
      if (!isHostName(name)) resolve({ kind: 'no-such-name' });
      else this.#search(name, [type], options, { read: (answer) => answer, resolve, reject });
    });
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new IoError('The resolver has been closed'));
    this.#exchange.close();
  }

  #throwIfOver(signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
  }

  /** Asks at once, or when it is its turn: its time counts from then on. */
  #search<T extends RecordType, Result>(
    name: string,
    types: readonly T[],
    options: ResolveOptions,
    searcher: Searcher<T, Result>,
  ): void {
    const begin = (): void => {
      this.#begin(name, types, options, searcher);
    };
    if (this.#inFlightCount === this.#options.maxInFlight) {
      this.#turn(options.signal).then(begin, searcher.reject);
    } else {
      this.#inFlightCount += 1;
      begin();
    }
  }

  #begin<T extends RecordType, Result>(
    name: string,
    types: readonly T[],
    { signal, wantsAll = false }: ResolveOptions,
    searcher: Searcher<T, Result>,
  ): void {
    const { timeoutMs } = this.#options;
    const wait = {
      exchange: this.#exchange,
      servers: this.#servers,
      timeoutMs,
      deadlineMs: performance.now() + timeoutMs,
      wantsAll,
      signal: this.#joined(signal),
    };
    const names = searchNames(name, this.#options);
    new Search(names, types, wait, searcher, this.#endTurn).askNext();
  }

  /** Hands the place on. */
  readonly #endTurn = (): void => {
    const next = this.#queue.shift();
    if (next === undefined) this.#inFlightCount -= 1;
    else next();
  };

  #joined(signal: AbortSignal): AbortSignal {
    const known = this.#signals.get(signal);
    if (known !== undefined) return known;
    const joined = AbortSignal.any([signal, this.#closing.signal]);
    this.#signals.set(signal, joined);
    return joined;
  }

  /** Until whoever is done hands its place on; an aborted wait ends at once. */
  async #turn(signal: AbortSignal): Promise<void> {
    let takeBack = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push(resolve);
        const joined = this.#joined(signal);
        takeBack = onAbort(joined, () => {
          const at = this.#queue.indexOf(resolve);
          if (at === -1) return; // its turn has come: it will see for itself
          this.#queue.splice(at, 1);
          reject(reasonOf(joined));
        });
      });
    } finally {
      takeBack();
    }
  }
}

function readAddresses(answer: Answer<'A' | 'AAAA'>): Resolution {
  if (answer.kind === 'no-data') return { kind: 'no-such-name' };
  if (answer.kind !== 'records') return answer;
  const { records } = answer;
  const addresses = records.map(({ data }) => data); // in one spelling, as they were read
  return {
    kind: 'addresses',
    addresses: records.length === 1 ? addresses : sortAddresses(addresses),
  };
}
