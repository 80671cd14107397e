import fs from 'node:fs';
import path from 'node:path';
import { removeQuietly, replaceFile, sha256 } from '../process/index.ts';

/** How long a ticket is good at most, and after which all are void. */
const PERIOD_MS = 3_600_000;

/**
 * The number of the hour: tickets of one are void in the next, on both sides, so that every hour each
 * side shows its certificate again and its whole chain is checked.
 * @param nowMs - milliseconds since 1970
 */
export function periodOf(nowMs: number): number {
  return Math.floor(nowMs / PERIOD_MS);
}

/** A server that proved itself, and how. */
export interface SessionKey {
  readonly address: string;
  readonly port: number;
  readonly serverName: string;
  /** `Identity.digest`. */
  readonly digest: string;
}

interface Ticket {
  /** Milliseconds since 1970. */
  readonly until: number;
  /** As node:tls gives it, base64. */
  readonly session: string;
}

/**
 * The tickets that save a client the proof it saw less than an hour ago: files under
 * `$DISTCC_DIR/tls-sessions`, readable by their owner alone. One is bound to the address, to the name that
 * was proved, to our certificate, the authorities we believe and the list of the revoked: when one of these
 * changes, nobody finds it any more. What cannot be read or written costs a whole handshake.
 */
export class Sessions {
  readonly #folder: string;
  readonly #now: () => number;

  /** @param folder - `$DISTCC_DIR` */
  constructor(folder: string, now: () => number = Date.now) {
    this.#folder = path.join(folder, 'tls-sessions');
    this.#now = now;
  }

  find(key: SessionKey): Buffer | undefined {
    try {
      const value: unknown = JSON.parse(fs.readFileSync(this.#fileOf(key), 'utf8'));
      if (!isTicket(value) || value.until <= this.#now()) return undefined;
      return Buffer.from(value.session, 'base64');
    } catch {
      return undefined;
    }
  }

  /** @param validUntil - when the first certificate of the proof expires, in milliseconds since 1970 */
  keep(key: SessionKey, session: Buffer, validUntil: number): void {
    const until = Math.min(validUntil, (periodOf(this.#now()) + 1) * PERIOD_MS);
    const ticket: Ticket = { until, session: session.toString('base64') };
    try {
      replaceFile(this.#fileOf(key), JSON.stringify(ticket), { mode: 0o600 });
      this.#sweep();
    } catch {
      // the next job shows its certificate again
    }
  }

  /** The server does not know it any more. */
  forget(key: SessionKey): void {
    removeQuietly(this.#fileOf(key));
  }

  #fileOf({ address, port, serverName, digest }: SessionKey): string {
    const text = JSON.stringify([address, port, serverName, digest, periodOf(this.#now())]);
    return path.join(this.#folder, sha256(text));
  }

  /** Those of hours that are over: nobody looks for them. */
  #sweep(): void {
    const oldestMs = this.#now() - 2 * PERIOD_MS;
    for (const name of fs.readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      if (stat !== undefined && stat.mtimeMs < oldestMs) removeQuietly(file);
    }
  }
}

function isTicket(value: unknown): value is Ticket {
  if (typeof value !== 'object' || value === null) return false;
  const { until, session } = value as Record<string, unknown>;
  return typeof until === 'number' && typeof session === 'string';
}
