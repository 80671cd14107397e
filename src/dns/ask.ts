import { abortWaiters, PatientTimer, reasonOf } from '../net/index.ts';
import type { AbortWaiter, LateWaiter } from '../net/index.ts';
import { askOverTcp } from './ask-over-tcp.ts';
import { decodeReply } from './packet.ts';
import type { Reply } from './packet.ts';
import { bestFirst, nameOf } from './server-state.ts';
import type { ServerState } from './server-state.ts';
import type { Question, Unknown } from './types.ts';
import type { Listener, Sending, UdpExchange } from './udp-exchange.ts';

/** While another server is left to ask, TCP to this one gets no more than this part of the time. */
const TCP_SHARE = 1 / 3;

/** Where UDP has brought an answer already, TCP to the same server gets no more. */
const TCP_SHARE_AFTER_UDP = 1 / 6;

/** How {@link ask} asks. */
export interface AskOptions {
  readonly exchange: UdpExchange<ServerState>;
  readonly servers: readonly ServerState[];
  /** The longest a name may take. */
  readonly timeoutMs: number;
  /** When that is over, by performance.now(). */
  readonly deadlineMs: number;
  /** Records that come over UDP are not believed to be all. */
  readonly wantsAll: boolean;
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal;
}

/** What became of a question: a reply with NOERROR or NXDOMAIN, or the reason why there is none. */
export type Outcome = { readonly kind: 'reply'; readonly reply: Reply } | Unknown;

/** Who is told, once and never at once, what became of a question. */
export interface Asker {
  onOutcome(outcome: Outcome, question: Question): void;
  /** @param reason - that of the signal that aborts */
  onFailure(reason: Error): void;
}

/**
 * Ask one question until somebody answers or the time is over: sent again on our own clock, to the next
 * server each time; a server that fails (SERVFAIL, REFUSED …) is not asked again.
 */
export function ask(question: Question, options: AskOptions, asker: Asker): void {
  new Asking(question, options, asker).send();
}

class Asking implements Listener<ServerState>, AbortWaiter, LateWaiter {
  readonly #question: Question;
  readonly #options: AskOptions;
  readonly #asker: Asker;
  readonly #servers: readonly ServerState[];
  readonly #timer = new PatientTimer(this);
  readonly #ids: number[] = [];
  /** Servers that failed, and how; none as a rule. */
  #failures: Map<ServerState, string> | undefined;
  /** Who was asked last. */
  #asked: ServerState | undefined;
  #tryCount = 0;
  /** While a conversation over TCP runs; made only then, since it costs more than a whole question. */
  #tcp: AbortController | undefined;

  constructor(question: Question, options: AskOptions, asker: Asker) {
    this.#question = question;
    this.#options = options;
    this.#asker = asker;
    this.#servers = bestFirst(options.servers);
    abortWaiters(options.signal).add(this);
  }

  send(): void {
    const state = this.#nextServer();
    if (state === undefined) {
      this.#giveUp();
      return;
    }
    this.#asked = state;
    this.#tryCount += 1;
    const resendMs = state.roundTrip.resendMs(this.#tryCount);
    this.#timer.start(Math.max(0, Math.min(resendMs, this.#remainingMs())));
    this.#ids.push(this.#options.exchange.send(this.#question, state, this));
  }

  onReply(bytes: Buffer, { question, to, sentAtMs }: Sending<ServerState>): void {
    const reply = decodeReply(bytes, { name: this.#question.name, end: question.length });
    if (reply === undefined) return; // as if it had been lost
    to.roundTrip.observe(performance.now() - sentAtMs);
    to.missCount = 0;
    const isPart = this.#options.wantsAll && reply.records.length > 0;
    if (!reply.isTruncated && !isPart) this.#onWholeReply(to, reply);
    else if (this.#tcp === undefined) {
      this.#tcp = new AbortController();
      void this.#askOverTcp(to, this.#tcp, isPart ? reply : undefined);
    }
  }

  onError(code: string, { to }: Sending<ServerState>): void {
    this.#onFailure(to, `${code} on the way to ${nameOf(to)}`);
  }

  onAbort(): void {
    this.#end();
    this.#asker.onFailure(reasonOf(this.#options.signal));
  }

  onLate(): void {
    if (this.#asked !== undefined) this.#asked.missCount += 1;
    if (this.#remainingMs() > 0) this.send();
    else this.#giveUp();
  }

  /** In turn, those left out that failed. */
  #nextServer(): ServerState | undefined {
    const failures = this.#failures;
    const left =
      failures === undefined
        ? this.#servers
        : this.#servers.filter((state) => !failures.has(state));
    return left[this.#tryCount % left.length];
  }

  /** @param part - what UDP brought, if anything: better than nothing */
  async #askOverTcp(state: ServerState, { signal }: AbortController, part?: Reply): Promise<void> {
    this.#timer.stop();
    const timeoutMs = Math.min(this.#remainingMs(), this.#longestTcpMs(part));
    try {
      const options = { timeoutMs: Math.max(1, Math.ceil(timeoutMs)), signal };
      const reply = await askOverTcp(this.#question, state.server, options);
      if (signal.aborted) return; // it had come already, and so had what ended the wait
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
    const { timeoutMs } = this.#options;
    if (part !== undefined) return timeoutMs * TCP_SHARE_AFTER_UDP;
    const isLast = (this.#failures?.size ?? 0) + 1 === this.#servers.length;
    return isLast ? Infinity : timeoutMs * TCP_SHARE;
  }

  #onWholeReply(state: ServerState, reply: Reply): void {
    if (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN') {
      this.#end();
      this.#asker.onOutcome({ kind: 'reply', reply }, this.#question);
    } else this.#onFailure(state, `${reply.rcode} from ${nameOf(state)}`);
  }

  #onFailure(state: ServerState, reason: string): void {
    this.#failures ??= new Map();
    this.#failures.set(state, reason);
    if (this.#tcp !== undefined) return; // what TCP brings comes first
    this.#timer.stop();
    this.send();
  }

  #giveUp(): void {
    this.#end();
    const reason = [...(this.#failures?.values() ?? [])].join(', ');
    const outcome =
      reason === ''
        ? ({ kind: 'dns-timeout' } as const)
        : ({ kind: 'dns-failed', reason } as const);
    this.#asker.onOutcome(outcome, this.#question);
  }

  #end(): void {
    this.#timer.stop();
    this.#tcp?.abort();
    abortWaiters(this.#options.signal).delete(this);
    for (const id of this.#ids) this.#options.exchange.forget(id);
  }

  #remainingMs(): number {
    return this.#options.deadlineMs - performance.now();
  }
}
