import type { SshHost } from '../hosts/index.ts';
import { sshKey } from './command.ts';
import { openLink } from './link.ts';
import type { Link, LinkOptions } from './link.ts';
import type { Route } from './route.ts';

/** A link that could not be made is not tried again at once, whatever the blacklist says. */
const RETRY_MS = 10_000;

/** How {@link Links} keeps links. */
export interface LinksOptions extends LinkOptions {
  /** Called when a link is there, or came to nothing. */
  readonly onChange: () => void;
  /** A link could not be made, or broke. */
  readonly onFailure: (key: string, reason: string) => void;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

/** What is known of one link. */
interface Entry {
  opening: Promise<Link>;
  link?: Link;
  failedAtMs?: number;
}

/** The master connections of a broker, one for each host, made when a job first needs them. */
export class Links {
  readonly #options: LinksOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** @returns undefined when there is no way to the host now */
  find(host: SshHost): Route | 'pending' | undefined {
    const entry = this.#entry(host);
    if (entry.link !== undefined) return entry.link.route;
    return entry.failedAtMs === undefined ? 'pending' : undefined;
  }

  /**
   * The way to a host, tried anew when there was none.
   * @throws {SshError | TimeoutError} when there is no way to the host
   */
  async reach(host: SshHost): Promise<Route> {
    const key = sshKey(host);
    if (this.#entries.get(key)?.failedAtMs !== undefined) this.#entries.delete(key);
    return (await this.#entry(host).opening).route;
  }

  async close(): Promise<void> {
    const links = [...this.#entries.values()].map(({ opening }) => opening);
    this.#entries.clear();
    for (const result of await Promise.allSettled(links)) {
      if (result.status === 'fulfilled') await result.value.close();
    }
  }

  #entry(host: SshHost): Entry {
    const key = sshKey(host);
    const known = this.#entries.get(key);
    const isStale =
      known?.failedAtMs !== undefined && this.#options.now() - known.failedAtMs > RETRY_MS;
    if (known !== undefined && !isStale) return known;
    const entry: Entry = { opening: openLink(host, this.#options) };
    this.#entries.set(key, entry);
    void this.#follow(key, entry);
    return entry;
  }

  async #follow(key: string, entry: Entry): Promise<void> {
    const { onChange, onFailure, now, signal } = this.#options;
    try {
      entry.link = await entry.opening;
      onChange();
      const error = await entry.link.over;
      if (this.#entries.get(key) !== entry) return;
      this.#entries.delete(key);
      if (error !== undefined) onFailure(key, error.message);
    } catch (error) {
      if (signal.aborted) return;
      entry.failedAtMs = now();
      onFailure(key, error instanceof Error ? error.message : String(error));
    }
    onChange();
  }
}
