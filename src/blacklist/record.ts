import { canonicalAddress, plainAddress } from '../net/index.ts';

/** The first failure costs this (distcc's backoff period, DISTCC_BACKOFF_PERIOD). */
export const BACKOFF_PERIOD_MS = 60_000;

/** However often a host fails, it is asked again after an hour. */
export const BACKOFF_CAP_MS = 3_600_000;

/** What a host costs itself that made another object than the compiler here: a day. */
export const BENCH_MS = 86_400_000;

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
  /** It did not fail but was caught: nothing it does makes up for it before its time is over. */
  readonly isBenched?: true;
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

/** Leave an address alone for {@link BENCH_MS}, whatever else is known of it. */
export function benchRecord(
  caught: Pick<BackoffRecord, 'address' | 'port' | 'reason'>,
  before: BackoffRecord | undefined,
  now: number,
): BackoffRecord {
  const failures = (before?.failures ?? 0) + 1;
  return { ...caught, failures, failedAt: now, until: now + BENCH_MS, isBenched: true };
}

/**
 * Whether an address is to be left alone now. A record from the future, or one that would last longer
 * than any can, is a clock that was set: it blocks nobody.
 */
export function isBlocked(record: BackoffRecord, now: number): boolean {
  const longestMs = record.isBenched === true ? BENCH_MS : BACKOFF_CAP_MS;
  const isClockSet = record.failedAt > now || record.until - now > longestMs;
  return !isClockSet && record.until > now;
}

/** An IPv4 address has no other form, and nothing to replace. */
const DIGITS_AND_DOTS = /^[\d.]+$/;

/** The name of a record's file: the same for every form of one address. */
export function fileName(address: string, port: number): string {
  if (DIGITS_AND_DOTS.test(address)) return `${address}-${port}.json`;
  // A command of a host behind ssh has slashes; in an address nothing is to be replaced but a zone's mark.
  return `${addressKey(address).replaceAll(/[^\w.:%@-]/g, encodeURIComponent)}-${port}.json`;
}

/** What the names of all records of one address have in common. */
export function withoutPort(name: string): string {
  return name.replace(/\d+\.json$/, '');
}

/** One form for each address: IPv4-mapped ones as IPv4, IPv6 as short as it can be written. */
export function addressKey(address: string): string {
  if (address.includes('@')) return address; // not an address: a host behind ssh
  return plainAddress(canonicalAddress(address));
}

/** The text of a record's file. */
export function formatRecord(record: BackoffRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** @returns undefined when the text is no record: it says nothing against anybody */
export function parseRecord(text: string): BackoffRecord | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { address, port, failures, failedAt, until, reason, isBenched } = value as Fields;
  if (typeof address !== 'string' || typeof reason !== 'string') return undefined;
  if (!isCount(port) || !isCount(failures) || !isCount(failedAt) || !isCount(until)) {
    return undefined;
  }
  const record = { address, port, failures, failedAt, until, reason };
  return isBenched === true ? { ...record, isBenched } : record;
}

type Fields = Readonly<Record<string, unknown>>;

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
