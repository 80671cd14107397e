import { performance } from 'node:perf_hooks';
import { formatAddress, onAbort, reasonOf, startPatientTimer } from '../net/index.ts';
import { askOverTcp } from './ask-over-tcp.ts';
import { decodeReply } from './packet.ts';
import type { Reply } from './packet.ts';
import type { RoundTrip } from './round-trip.ts';
import type { NameServer, Unknown } from './types.ts';
import type { UdpExchange } from './udp-exchange.ts';

/** Sendings in a row without an answer after which the next question starts with another server. */
const MISSES_OF_A_DEAD_SERVER = 3;

/** While another server is left to ask, TCP to this one gets no longer. */
const TCP_TIMEOUT_MS = 1000;

/** While UDP has brought an answer already, TCP to the same server gets no longer. */
const TCP_AFTER_UDP_MS = 500;

/** A server, and what is known of it. */
export interface ServerState {
  readonly server: NameServer;
  readonly roundTrip: RoundTrip;
  missCount: number;
}

/** How {@link ask} asks. */
export interface AskOptions {
  readonly exchange: UdpExchange;
  readonly servers: readonly ServerState[];
  /** By performance.now(). */
  readonly deadlineMs: number;
  /** Records that come over UDP are not believed to be all. */
  readonly wantsAll: boolean;
  /** Either ends the wait with its reason. */
  readonly signals: readonly AbortSignal[];
}

/** What became of a question: a reply with NOERROR or NXDOMAIN, or the reason why there is none. */
export type Outcome = { readonly kind: 'reply'; readonly reply: Reply } | Unknown;

/**
 * Ask one question until somebody answers or the time is over: sent again on our own clock, to the next
 * server each time; a server that fails (SERVFAIL, REFUSED …) is not asked again.
 * @param question - with the id 0: every sending gets its own
 * @throws the reason of the signal that aborts
 */
export function ask(question: Buffer, options: AskOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    new Asking(question, options, { resolve, reject }).start();
  });
}

interface Ending {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: Error) => void;
}

class Asking {
  readonly #question: Buffer;
  readonly #options: AskOptions;
  readonly #ending: Ending;
  readonly #servers: readonly ServerState[];
  readonly #failures = new Map<ServerState, string>();
  readonly #ids: number[] = [];
  #takeBack: (() => void)[] = [];
  #tryCount = 0;
  /** While a conversation over TCP runs; made only then, since it costs more than a whole question. */
  #tcp: AbortController | undefined;
  #stopTimer = (): void => undefined;

  constructor(question: Buffer, options: AskOptions, ending: Ending) {
    this.#question = question;
    this.#options = options;
    this.#ending = ending;
    this.#servers = bestFirst(options.servers);
  }

  start(): void {
    this.#takeBack = this.#options.signals.map((signal) =>
      onAbort(signal, () => {
        this.#end();
        this.#ending.reject(reasonOf(signal));
      }),
    );
    this.#send();
  }

  #send(): void {
    const left = this.#servers.filter((state) => !this.#failures.has(state));
    const state = left[this.#tryCount % left.length];
    if (state === undefined) {
      this.#giveUp();
      return;
    }
    const sentAtMs = performance.now();
    this.#tryCount += 1;
    this.#wait(state.roundTrip.resendMs(this.#tryCount), state);
    const id = this.#options.exchange.send(this.#question, state.server, {
      onReply: (bytes) => {
        this.#onReply(state, bytes, sentAtMs);
      },
      onError: (code) => {
        this.#onFailure(state, `${code} on the way to ${nameOf(state)}`);
      },
    });
    this.#ids.push(id);
  }

  #wait(resendMs: number, state: ServerState): void {
    const waitMs = Math.max(0, Math.min(resendMs, this.#remainingMs()));
    this.#stopTimer();
    this.#stopTimer = startPatientTimer(() => {
      this.#onSilence(state);
    }, waitMs);
  }

  #onSilence(state: ServerState): void {
    state.missCount += 1;
    if (this.#remainingMs() > 0) this.#send();
    else this.#giveUp();
  }

  #onReply(state: ServerState, bytes: Buffer, sentAtMs: number): void {
    const reply = decodeReply(bytes);
    if (reply === undefined) return; // as if it had been lost
    state.roundTrip.observe(performance.now() - sentAtMs);
    state.missCount = 0;
    const isPart = this.#options.wantsAll && reply.records.length > 0;
    if (!reply.isTruncated && !isPart) this.#onWholeReply(state, reply);
    else if (this.#tcp === undefined) {
      this.#tcp = new AbortController();
      void this.#askOverTcp(state, this.#tcp, isPart ? reply : undefined);
    }
  }

  /** @param part - what UDP brought, if anything: better than nothing */
  async #askOverTcp(state: ServerState, { signal }: AbortController, part?: Reply): Promise<void> {
    this.#stopTimer();
    const timeoutMs = Math.min(this.#remainingMs(), this.#longestTcpMs(part));
    try {
      const options = { timeoutMs: Math.max(1, Math.ceil(timeoutMs)), signal };
      const reply = await askOverTcp(this.#question, state.server, options);
      this.#tcp = undefined;
      this.#onWholeReply(state, reply.rcode === 'NOERROR' ? reply : (part ?? reply));
    } catch (error) {
      this.#tcp = undefined;
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      if (part !== undefined) this.#onWholeReply(state, part);
      else this.#onFailure(state, `truncated answer from ${nameOf(state)}, then over TCP: ${why}`);
    }
  }

  #longestTcpMs(part: Reply | undefined): number {
    if (part !== undefined) return TCP_AFTER_UDP_MS;
    const isLast = this.#failures.size + 1 === this.#servers.length;
    return isLast ? Infinity : TCP_TIMEOUT_MS;
  }

  #onWholeReply(state: ServerState, reply: Reply): void {
    if (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN') {
      this.#end();
      this.#ending.resolve({ kind: 'reply', reply });
    } else this.#onFailure(state, `${reply.rcode} from ${nameOf(state)}`);
  }

  #onFailure(state: ServerState, reason: string): void {
    this.#failures.set(state, reason);
    if (this.#tcp !== undefined) return; // what TCP brings comes first
    this.#stopTimer();
    this.#send();
  }

  #giveUp(): void {
    this.#end();
    const reason = [...this.#failures.values()].join(', ');
    this.#ending.resolve(reason === '' ? { kind: 'dns-timeout' } : { kind: 'dns-failed', reason });
  }

  #end(): void {
    this.#stopTimer();
    this.#tcp?.abort();
    for (const one of this.#takeBack) one();
    for (const id of this.#ids) this.#options.exchange.forget(id);
  }

  #remainingMs(): number {
    return this.#options.deadlineMs - performance.now();
  }
}

function nameOf({ server }: ServerState): string {
  return formatAddress(server.address, server.port);
}

/** In the order given, but not starting with a server that has been silent of late. */
function bestFirst(servers: readonly ServerState[]): readonly ServerState[] {
  const first = servers.findIndex((state) => state.missCount < MISSES_OF_A_DEAD_SERVER);
  return first <= 0 ? servers : [...servers.slice(first), ...servers.slice(0, first)];
}
