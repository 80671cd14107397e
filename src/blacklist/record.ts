/** The first failure costs this (distcc's backoff period, DISTCC_BACKOFF_PERIOD). */
export const BACKOFF_PERIOD_MS = 60_000;

/** However often a host fails, it is asked again after an hour. */
export const BACKOFF_CAP_MS = 3_600_000;

/** What is known of an address that failed. Times are milliseconds since 1970, by this machine's clock. */
export interface BackoffRecord {
  /** IPv4 or IPv6 in its one canonical form. */
  readonly address: string;
  readonly port: number;
  /** How often it failed since it last was good. */
  readonly failures: number;
  readonly failedAt: number;
  /** It is left alone until then. */
  readonly until: number;
  /** The verdict or error that put it here, one line. */
  readonly reason: string;
}

/** How a failure is counted. */
export interface BackoffPolicy {
  /** What the first failure costs; 0 blacklists nobody. */
  readonly periodMs: number;
  readonly now: number;
  /** Uniform in [0, 1): hosts that failed together do not all come back together. */
  readonly random: number;
}

/**
 * Count one more failure. Twice the time for each, up to {@link BACKOFF_CAP_MS}; what fails while it is
 * left alone anyway (many clients see one host die) counts once.
 */
export function countFailure(
  failed: Pick<BackoffRecord, 'address' | 'port' | 'reason'>,
  before: BackoffRecord | undefined,
  policy: BackoffPolicy,
): BackoffRecord {
  const { now, periodMs, random } = policy;
  if (before !== undefined && isBlocked(before, now)) return before;
  const failures = (before?.failures ?? 0) + 1;
  const wholeMs = Math.min(BACKOFF_CAP_MS, periodMs * 2 ** Math.min(30, failures - 1));
  const until = now + Math.round(wholeMs * (0.9 + 0.1 * random));
  return { ...failed, failures, failedAt: now, until };
}

/**
 * Whether an address is to be left alone now. A record from the future, or one that would last longer
 * than any can, is a clock that was set: it blocks nobody.
 */
export function isBlocked(record: BackoffRecord, now: number): boolean {
  const isClockSet = record.failedAt > now || record.until - now > BACKOFF_CAP_MS;
  return !isClockSet && record.until > now;
}

/** The text of a record's file. */
export function formatRecord(record: BackoffRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** @returns undefined when the text is no record: it says nothing against anybody */
export function parseRecord(text: string): BackoffRecord | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { address, port, failures, failedAt, until, reason } = value as Record<string, unknown>;
  if (typeof address !== 'string' || typeof reason !== 'string') return undefined;
  if (!isCount(port) || !isCount(failures) || !isCount(failedAt) || !isCount(until)) {
    return undefined;
  }
  return { address, port, failures, failedAt, until, reason };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
