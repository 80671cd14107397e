import { ArgumentError, IoError } from '../errors/index.ts';
import { sortAddresses } from './address.ts';
import { ask } from './ask.ts';
import type { Outcome } from './ask.ts';
import { isHostName, resolveLocally, searchNames } from './names.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { recordsFor } from './packet.ts';
import { RoundTrip } from './round-trip.ts';
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

  async resolve(name: string, options: ResolveOptions): Promise<Resolution> {
    this.#throwIfOver(options.signal);
    const known = resolveLocally(name, this.#options.hosts);
    if (known !== undefined) return known;
    return readAddresses(await this.#search(name, this.#addressTypes, options));
  }

  async query<T extends RecordType>(
    name: string,
    type: T,
    options: ResolveOptions,
  ): Promise<Answer<T>> {
    this.#throwIfOver(options.signal);
    return isHostName(name) ? this.#search(name, [type], options) : { kind: 'no-such-name' };
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

  /** Every name it may stand for, in order; what failed weighs more than what is missing. */
  async #search<T extends RecordType>(
    name: string,
    types: readonly T[],
    { signal, wantsAll = false }: ResolveOptions,
  ): Promise<Answer<T>> {
    if (this.#inFlightCount < this.#options.maxInFlight) this.#inFlightCount += 1;
    else await this.#turn(signal);
    try {
      const { timeoutMs } = this.#options;
      const deadlineMs = performance.now() + timeoutMs;
      const wait = {
        exchange: this.#exchange,
        servers: this.#servers,
        timeoutMs,
        deadlineMs,
        wantsAll,
        signal: this.#joined(signal),
      };
      let result: Answer<T> = { kind: 'no-such-name' };
      for (const fullName of searchNames(name, this.#options)) {
        let answer: Answer<T> = { kind: 'no-data' };
        for (const type of types) {
          this.#throwIfOver(signal);
          answer = readOutcome(await ask({ name: fullName, type }, wait), fullName, type);
          if (answer.kind !== 'no-data') break;
        }
        if (answer.kind === 'records' || answer.kind === 'dns-timeout') return answer;
        if (weights[answer.kind] > weights[result.kind]) result = answer;
      }
      return result;
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#inFlightCount -= 1;
      else next();
    }
  }

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
  return { kind: 'addresses', addresses: sortAddresses(answer.records.map(({ data }) => data)) };
}

function readOutcome<T extends RecordType>(outcome: Outcome, name: string, type: T): Answer<T> {
  if (outcome.kind !== 'reply') return outcome;
  const { reply } = outcome;
  if (reply.rcode === 'NXDOMAIN') return { kind: 'no-such-name' };
  const records = recordsFor(reply, name, type);
  if (records.length === 0) return { kind: 'no-data' };
  return { kind: 'records', records, additionals: reply.additionals };
}

/** A server that failed may know the name after all; a name without the type exists. */
const weights = { 'no-such-name': 0, 'no-data': 1, 'dns-failed': 2, 'dns-timeout': 3, records: 4 };
