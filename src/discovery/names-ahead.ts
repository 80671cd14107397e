import type { Resolution, Resolver } from '../dns/index.ts';
import { Bell, PatientTimer } from '../net/index.ts';
import type { LateWaiter } from '../net/index.ts';

/** Names asked ahead: as many as have been found, so that windows double, within these two. */
const MIN_AHEAD = 16;
const MAX_AHEAD = 100;

/** More than that nobody can make use of while a question is on its way: what lies beyond the end is asked in vain. */
const MAX_AHEAD_PER_MS = 64;

/** A name that takes longer does not hold back those after it: its packet was lost, or its server is slow. */
const HOLD_MS = 250;

/** How {@link NamesAhead} asks. */
export interface AheadOptions {
  /** The name of each index, from 0. */
  readonly nameAt: (index: number) => string;
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly signal: AbortSignal;
  /** Missing names that do not end the row. */
  readonly gap: number;
  /** Names at most. */
  readonly maxNames: number;
}

/** A name that has been looked up. */
export interface KnownName {
  readonly index: number;
  readonly name: string;
  readonly resolution: Resolution;
  readonly dnsMs: number;
}

interface Entry {
  readonly index: number;
  readonly askedAtMs: number;
  known?: KnownName;
  /** It has been waited for long enough: those after it go first. */
  isOverdue?: boolean;
}

/** Looks up a row of names, many at once, and gives them in order as far as that costs no time. */
export class NamesAhead implements LateWaiter {
  readonly #options: AheadOptions;
  /** Asked and not yet given, in order. */
  readonly #entries = new Map<number, Entry>();
  readonly #missing: number[] = [];
  #next = 0;
  #pendingCount = 0;
  #foundCount = 0;
  /** The last index that is answered; lost packets of names before it hold back nobody. */
  #answered = -1;
  /** The shortest answer took so long. */
  #quickestMs = Infinity;
  /** The first index that does not belong to the row. */
  #end: number;
  #failure: Error | undefined;
  readonly #bell = new Bell();
  /** Whom the timer runs for: it holds back others. One for all of them, since nearly all are known in time. */
  #holding: Entry | undefined;
  readonly #timer = new PatientTimer(this);

  constructor(options: AheadOptions) {
    this.#options = options;
    this.#end = options.maxNames;
  }

  /**
   * The names up to the one after which more than `gap` are missing; those missing before it included, those
   * together that are known together.
   * @throws what the resolver throws
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly KnownName[]> {
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        this.#askAhead();
        const known = this.#takeKnown();
        if (known.length > 0) yield known;
        else if (this.#isOver()) return;
        else await this.#change();
      }
    } finally {
      this.#timer.stop();
    }
  }

  #askAhead(): void {
    const useful = Math.max(MIN_AHEAD, this.#quickestMs * MAX_AHEAD_PER_MS);
    const ahead = Math.min(Math.max(MIN_AHEAD, this.#foundCount), useful);
    const end = Math.min(this.#end, this.#answered + 1 + ahead);
    while (this.#pendingCount < MAX_AHEAD && this.#next < end) {
      const entry: Entry = { index: this.#next++, askedAtMs: performance.now() };
      this.#entries.set(entry.index, entry);
      this.#pendingCount += 1;
      void this.#ask(entry);
    }
  }

  async #ask(entry: Entry): Promise<void> {
    const { index, askedAtMs } = entry;
    const { nameAt, resolver, signal } = this.#options;
    try {
      const name = nameAt(index);
      const resolution = await resolver.resolve(name, { signal });
      const dnsMs = performance.now() - askedAtMs;
      entry.known = { index, name, resolution, dnsMs };
      this.#answered = Math.max(this.#answered, index);
      this.#quickestMs = Math.min(this.#quickestMs, dnsMs);
      if (resolution.kind === 'addresses') this.#foundCount += 1;
      if (resolution.kind === 'no-such-name') this.#addMissing(index);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    this.#pendingCount -= 1;
    this.#bell.ring();
  }

  #addMissing(index: number): void {
    this.#missing.push(index);
    this.#missing.sort((one, other) => one - other);
    this.#end = this.#missing[this.#options.gap] ?? this.#end;
  }

  /** The names that are known, in order, up to one that is still worth waiting for. */
  #takeKnown(): readonly KnownName[] {
    const names: KnownName[] = [];
    for (const { index, known, isOverdue } of this.#entries.values()) {
      if (index >= this.#end || (known === undefined && isOverdue !== true)) break;
      if (known === undefined) continue;
      this.#entries.delete(index);
      names.push(known);
    }
    return names;
  }

  #isOver(): boolean {
    const [first = this.#end] = this.#entries.keys();
    return this.#next >= this.#end && first >= this.#end;
  }

  #firstHolding(): Entry | undefined {
    for (const entry of this.#entries.values()) if (isHolding(entry)) return entry;
    return undefined;
  }

  /** Waits for an answer, or until a name has held back the others for long enough. */
  #change(): Promise<void> {
    this.#watchHolding();
    return this.#bell.heard();
  }

  #watchHolding(): void {
    if (this.#holding !== undefined) return;
    this.#holding = this.#firstHolding();
    if (this.#holding === undefined) return;
    const leftMs = this.#holding.askedAtMs + HOLD_MS - performance.now();
    this.#timer.start(Math.max(0, leftMs)); // Bun warns of less than nothing
  }

  onLate(): void {
    if (this.#holding !== undefined) this.#holding.isOverdue = true;
    this.#holding = undefined;
    this.#bell.ring();
  }
}

function isHolding({ known, isOverdue }: Entry): boolean {
  return known === undefined && isOverdue !== true;
}
