import { isIP } from '../net/index.ts';

/** A farm changes while it builds, but not from one job to the next. */
const FRESH_MS = 60_000;

/** A name that leads nowhere is asked for again sooner. */
const RETRY_MS = 10_000;

/** What a name leads to, as far as it is known. */
export type Addresses = readonly string[] | 'pending';

/** What {@link Names} looks names up with. */
export interface NamesOptions {
  /** @returns no address when the name leads nowhere; never throws */
  readonly lookUp: (name: string) => Promise<readonly string[]>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Called when a name that was pending no longer is. */
  readonly onChange: () => void;
}

/** Addresses of names, asked for once for all jobs; what is old is used until the new answer is there. */
export class Names {
  readonly #options: NamesOptions;
  readonly #known = new Map<string, { addresses: Addresses; askedAt: number }>();

  constructor(options: NamesOptions) {
    this.#options = options;
  }

  find(name: string): Addresses {
    if (isIP(name.split('%')[0] ?? '') !== 0) return [name];
    const known = this.#known.get(name);
    if (known !== undefined && this.#isFresh(known)) return known.addresses;
    const entry = { addresses: known?.addresses ?? 'pending', askedAt: this.#options.now() };
    this.#known.set(name, entry);
    void this.#ask(name, entry);
    return entry.addresses;
  }

  #isFresh({ addresses, askedAt }: { addresses: Addresses; askedAt: number }): boolean {
    const ageMs = this.#options.now() - askedAt;
    return ageMs < (addresses.length === 0 ? RETRY_MS : FRESH_MS);
  }

  async #ask(name: string, entry: { addresses: Addresses }): Promise<void> {
    entry.addresses = await this.#options.lookUp(name);
    this.#options.onChange();
  }
}
