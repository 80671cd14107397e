import { performance } from 'node:perf_hooks';
import { ArgumentError, IoError } from '../errors/index.ts';
import { sortAddresses } from './address.ts';
import { ask } from './ask.ts';
import type { ServerState } from './ask.ts';
import { isHostName, resolveLocally, searchNames } from './names.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { encodeQuestion, recordsFor } from './packet.ts';
import { RoundTrip } from './round-trip.ts';
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

/** How the questions about one name are waited for. */
interface Wait extends ResolveOptions {
  /** By performance.now(). */
  readonly deadlineMs: number;
}

class SharedResolver implements Resolver {
  readonly #options: Required<ResolverOptions>;
  readonly #servers: readonly ServerState[];
  readonly #exchange = new UdpExchange();
  /** Those who wait for their turn. */
  readonly #queue: (() => void)[] = [];
  #inFlightCount = 0;
  readonly #closing = new AbortController();

  constructor(options: Required<ResolverOptions>) {
    this.#options = options;
    this.#servers = options.servers.map((server) => ({
      server,
      roundTrip: new RoundTrip(options),
      missCount: 0,
    }));
  }

  async resolve(name: string, { signal, wantsAll }: ResolveOptions): Promise<Resolution> {
    this.#throwIfOver(signal);
    const known = resolveLocally(name, this.#options.hosts);
    if (known !== undefined) return known;
    const types = this.#options.isIpv6Only ? (['AAAA', 'A'] as const) : (['A', 'AAAA'] as const);
    const answer = await this.#inTurn(signal, () =>
      this.#search(name, types, { signal, wantsAll }),
    );
    if (answer.kind === 'no-data') return { kind: 'no-such-name' };
    if (answer.kind !== 'records') return answer;
    return { kind: 'addresses', addresses: sortAddresses(answer.records.map(({ data }) => data)) };
  }

  async query<T extends RecordType>(
    name: string,
    type: T,
    { signal, wantsAll }: ResolveOptions,
  ): Promise<Answer<T>> {
    this.#throwIfOver(signal);
    if (!isHostName(name)) return { kind: 'no-such-name' };
    return this.#inTurn(signal, () => this.#search(name, [type], { signal, wantsAll }));
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

  /** Waits until fewer than `maxInFlight` names are being asked; an aborted wait ends at once. */
  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#inFlightCount < this.#options.maxInFlight) this.#inFlightCount += 1;
    else await this.#turn(signal);
    try {
      this.#throwIfOver(signal);
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#inFlightCount -= 1;
      else next();
    }
  }

  /** Until whoever is done hands its place on. */
  async #turn(signal: AbortSignal): Promise<void> {
    const takeBack: (() => void)[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push(resolve);
        for (const one of [signal, this.#closing.signal]) {
          const leave = (): void => {
            const at = this.#queue.indexOf(resolve);
            if (at === -1) return; // its turn has come: it will see for itself
            this.#queue.splice(at, 1);
            reject(reasonOf(one));
          };
          takeBack.push(onAbort(one, leave));
        }
      });
    } finally {
      for (const one of takeBack) one();
    }
  }

  /** Every name it may stand for, in order; what failed weighs more than what is missing. */
  async #search<T extends RecordType>(
    name: string,
    types: readonly T[],
    options: ResolveOptions,
  ): Promise<Answer<T>> {
    const deadlineMs = performance.now() + this.#options.timeoutMs;
    let result: Answer<T> = { kind: 'no-such-name' };
    for (const fullName of searchNames(name, this.#options)) {
      const answer = await this.#firstAnswer(fullName, types, { ...options, deadlineMs });
      if (answer.kind === 'records' || answer.kind === 'dns-timeout') return answer;
      if (weights[answer.kind] > weights[result.kind]) result = answer;
    }
    return result;
  }

  /** The first type of which there are records. */
  async #firstAnswer<T extends RecordType>(
    fullName: string,
    types: readonly T[],
    wait: Wait,
  ): Promise<Answer<T>> {
    for (const type of types) {
      const answer = await this.#askFor(fullName, type, wait);
      if (answer.kind !== 'no-data') return answer;
    }
    return { kind: 'no-data' };
  }

  async #askFor<T extends RecordType>(
    fullName: string,
    type: T,
    { signal, deadlineMs, wantsAll = false }: Wait,
  ): Promise<Answer<T>> {
    this.#throwIfOver(signal);
    const outcome = await ask(encodeQuestion(fullName, type), {
      exchange: this.#exchange,
      servers: this.#servers,
      deadlineMs,
      wantsAll,
      signals: [signal, this.#closing.signal],
    });
    if (outcome.kind !== 'reply') return outcome;
    if (outcome.reply.rcode === 'NXDOMAIN') return { kind: 'no-such-name' };
    const records = recordsFor(outcome.reply, fullName, type);
    if (records.length === 0) return { kind: 'no-data' };
    return { kind: 'records', records, additionals: outcome.reply.additionals };
  }
}

/** A server that failed may know the name after all; a name without the type exists. */
const weights = { 'no-such-name': 0, 'no-data': 1, 'dns-failed': 2, 'dns-timeout': 3, records: 4 };
