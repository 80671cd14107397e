import type { HostSource, TcpHost } from '../hosts/index.ts';
import type { FoundHosts } from './farm.ts';

/** While jobs come, hosts are looked for again so long after the last time. */
const LOOK_AGAIN_MS = 10_000;

/** When none of them is good any more, sooner, and jobs wait for it. */
const LOOK_AT_ONCE_MS = 1000;

/** How hosts are looked for. */
export interface FinderOptions {
  /**
   * The hosts behind words like `+zeroconf` that are good now, each as soon as it has proved itself, with
   * an address for its `host`; never throws.
   */
  readonly findGood: (sources: readonly HostSource[]) => AsyncIterable<TcpHost>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Called when there are others than before. */
  readonly onChange: () => void;
}

/** What one set of words leads to. */
interface Finding {
  hosts: readonly TcpHost[];
  /** Nothing is certain before the first look is over. */
  isPending: boolean;
  isLooking: boolean;
  lookedAtMs: number;
}

/**
 * The hosts behind `+zeroconf`, `+pattern:…` and `+srv:…`: looked for in the background when a job first
 * needs them, and again while jobs come. A job asks nobody.
 */
export class FoundFarms {
  readonly #options: FinderOptions;
  readonly #findings = new Map<string, Finding>();

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  find(sources: readonly HostSource[]): FoundHosts {
    if (sources.length === 0) return { hosts: [], isPending: false };
    const finding = this.#at(JSON.stringify(sources));
    const ageMs = this.#options.now() - finding.lookedAtMs;
    if (!finding.isLooking && ageMs > LOOK_AGAIN_MS) void this.#look(sources, finding);
    return finding;
  }

  /**
   * None of the hosts is good: look again.
   * @returns whether it is worth waiting
   */
  retry(sources: readonly HostSource[]): boolean {
    if (sources.length === 0) return false;
    const finding = this.#at(JSON.stringify(sources));
    const ageMs = this.#options.now() - finding.lookedAtMs;
    if (!finding.isLooking && ageMs > LOOK_AT_ONCE_MS) void this.#look(sources, finding);
    return finding.isLooking;
  }

  #at(key: string): Finding {
    const known = this.#findings.get(key);
    if (known !== undefined) return known;
    const finding = { hosts: [], isPending: true, isLooking: false, lookedAtMs: -Infinity };
    this.#findings.set(key, finding);
    return finding;
  }

  /** A good host counts at once, one that is not good any more when all have been asked. */
  async #look(sources: readonly HostSource[], finding: Finding): Promise<void> {
    const { findGood, now, onChange } = this.#options;
    finding.isLooking = true;
    const good: TcpHost[] = [];
    for await (const host of findGood(sources)) {
      good.push(host);
      if (finding.hosts.some(({ text }) => text === host.text)) continue;
      finding.hosts = [...finding.hosts, host];
      onChange();
    }
    Object.assign(finding, { hosts: good, isPending: false, isLooking: false, lookedAtMs: now() });
    onChange();
  }
}
