/** How a connection ended. */
export const outcomes = [
  'ok',
  'compile-failed',
  'timeout',
  'client-gone',
  'refused',
  'busy',
  'bad-request',
  'denied',
  'other',
] as const;

/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];

/** What is being done for a client now. */
export interface RunningJob {
  /** Address and port. */
  readonly client: string;
  readonly compiler: string;
  readonly source: string;
  readonly startedAtMs: number;
  phase: 'queued' | 'compiling' | 'answering';
}

/** One span of the last hour. */
export interface Span {
  readonly startedAtMs: number;
  ok: number;
  failed: number;
  /** Slots in use, added up over the span's milliseconds. */
  busyMs: number;
}

/** What one compiler has done. */
export interface CompilerTally {
  ok: number;
  failed: number;
  /** How long it ran, added up. */
  busyMs: number;
}

/** Names come from clients, and an insecure daemon takes any. */
const MAX_COMPILERS = 100;

/** The spans that are kept: an hour of them. */
export const SPAN_MS = 10_000;
const HOUR_MS = 3_600_000;

/** What a daemon has done since it started, and what it is doing. */
export class Stats {
  readonly startedAtMs: number;
  readonly counts: Record<Outcome, number>;
  readonly jobs = new Set<RunningJob>();
  /** The compilation that took longest so far. */
  longest: { readonly source: string; readonly compiler: string; readonly elapsedMs: number } = {
    source: 'none',
    compiler: 'none',
    elapsedMs: -1,
  };
  acceptedCount = 0;
  /** By the names that clients use. */
  readonly compilers = new Map<string, CompilerTally>();
  /** Told how long each compilation took, in seconds. */
  onCompiled: (seconds: number) => void = () => undefined;
  readonly #now: () => number;
  readonly #spans: Span[] = [];

  /** @param now - milliseconds since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.startedAtMs = now();
    this.counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Stats['counts'];
  }

  /** A request was read. */
  begin(client: string, compiler: string, source: string): RunningJob {
    const job: RunningJob = {
      ...{ client, compiler, source },
      startedAtMs: this.#now(),
      phase: 'queued',
    };
    this.jobs.add(job);
    return job;
  }

  /** A connection is over. */
  end(outcome: Outcome): void {
    this.counts[outcome] += 1;
  }

  /** A compiler has ended by itself. */
  compiled({ source, compiler }: RunningJob, startedAtMs: number, isOk: boolean): void {
    const span = this.#span();
    const elapsedMs = this.#now() - startedAtMs;
    for (const tally of [span, this.#tallyOf(compiler)]) {
      tally[isOk ? 'ok' : 'failed'] += 1;
      tally.busyMs += elapsedMs;
    }
    this.onCompiled(elapsedMs / 1000);
    if (elapsedMs > this.longest.elapsedMs) this.longest = { source, compiler, elapsedMs };
  }

  /** Those of the last milliseconds, the oldest first; those in which nothing ended are left out. */
  since(ms: number): readonly Span[] {
    const from = this.#now() - ms;
    return this.#spans.filter(({ startedAtMs }) => startedAtMs > from);
  }

  now(): number {
    return this.#now();
  }

  #tallyOf(compiler: string): CompilerTally {
    const known = this.compilers.get(compiler);
    const tally = known ?? { ok: 0, failed: 0, busyMs: 0 };
    if (known === undefined && this.compilers.size < MAX_COMPILERS)
      this.compilers.set(compiler, tally);
    return tally;
  }

  #span(): Span {
    const startedAtMs = Math.floor(this.#now() / SPAN_MS) * SPAN_MS;
    const last = this.#spans.at(-1);
    if (last?.startedAtMs === startedAtMs) return last;
    const span = { startedAtMs, ok: 0, failed: 0, busyMs: 0 };
    this.#spans.push(span);
    while ((this.#spans[0]?.startedAtMs ?? Infinity) < startedAtMs - HOUR_MS) this.#spans.shift();
    return span;
  }
}
