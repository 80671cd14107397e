import path from 'node:path';
import {
  BACKOFF_PERIOD_MS,
  addressKey,
  benchRecord,
  countFailure,
  fileName,
  isBlocked,
  withoutPort,
} from './record.ts';
import type { BackoffRecord } from './record.ts';
import { RecordFiles } from './record-files.ts';

/** Where records are kept, and what time it is. */
export interface BlacklistOptions {
  /** `$DISTCC_DIR`, or `~/.distcc`; records are files in its folder `backoff`. */
  readonly folder: string;
  /** What the first failure costs (60,000); 0 blacklists nobody. */
  readonly periodMs?: number;
  /** Look once which records there are: for a run about hundreds of hosts. What others write is for the next. */
  readonly looksOnce?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/**
 * The hosts to leave alone, keyed by address and port: a file each, replaced in one step, so that any
 * number of processes share them without a lock. What cannot be read or written blocks nobody.
 */
export class Blacklist {
  readonly #files: RecordFiles;
  readonly #periodMs: number;
  readonly #now: () => number;
  readonly #random: () => number;

  constructor(options: BlacklistOptions) {
    const { folder, looksOnce = false } = options;
    this.#files = new RecordFiles(path.join(folder, 'backoff'), looksOnce);
    this.#periodMs = options.periodMs ?? BACKOFF_PERIOD_MS;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
  }

  /** The record of an address that is to be left alone now. */
  find(address: string, port: number): BackoffRecord | undefined {
    const record = this.#heeded(address, port);
    return record !== undefined && isBlocked(record, this.#now()) ? record : undefined;
  }

  /** Whether an address failed, its time is over, and only a probe may show that it is good again. */
  isHalfOpen(address: string, port: number): boolean {
    const record = this.#heeded(address, port);
    return record !== undefined && !isBlocked(record, this.#now());
  }

  /**
   * The host's own fault was seen.
   * @param reason - one line
   */
  recordFailure(address: string, port: number, reason: string): void {
    if (this.#periodMs === 0) return;
    const failed = { address: addressKey(address), port, reason };
    const policy = { periodMs: this.#periodMs, now: this.#now(), random: this.#random() };
    const before = this.#read(address, port);
    const record = countFailure(failed, before, policy);
    if (record !== before) this.#files.write(record);
  }

  /**
   * The host made another object than it should have: for a day nobody asks it anything, even where
   * failures cost nothing.
   * @param reason - one line
   */
  bench(address: string, port: number, reason: string): void {
    const caught = { address: addressKey(address), port, reason };
    this.#files.write(benchRecord(caught, this.#read(address, port), this.#now()));
  }

  /** Whether an address was caught, and its day is not over. */
  isBenched(address: string, port: number): boolean {
    return this.find(address, port)?.isBenched === true;
  }

  /** The host did its work: nothing is held against it any more, unless it is benched. */
  recordSuccess(address: string, port: number): void {
    const record = this.#read(address, port);
    if (record === undefined) return;
    const isBenched = record.isBenched === true && isBlocked(record, this.#now());
    if (!isBenched) this.forgive(address, port);
  }

  /** The name of an address's record: the same for every form of one address. */
  keyOf(address: string, port: number): string {
    return fileName(address, port);
  }

  /** Every record, and whether it blocks now or its time is over. */
  all(): { readonly key: string; readonly isBlocked: boolean }[] {
    return this.#records().map((record) => ({
      key: fileName(record.address, record.port),
      isBlocked: isBlocked(record, this.#now()),
    }));
  }

  /** Every record that blocks somebody now, by address. */
  list(): BackoffRecord[] {
    return this.#records()
      .filter((record) => isBlocked(record, this.#now()))
      .sort((left, right) => left.address.localeCompare(right.address) || left.port - right.port);
  }

  /**
   * Clear an address's record.
   * @param port - without it, the records of all its ports
   */
  forgive(address: string, port?: number): void {
    const isIts = (file: string): boolean =>
      withoutPort(file) === withoutPort(fileName(address, 0));
    const files =
      port === undefined ? this.#files.names().filter(isIts) : [fileName(address, port)];
    for (const file of files) this.#files.remove(file);
  }

  /** Clear every record. */
  forgiveAll(): void {
    for (const file of this.#files.names()) this.#files.remove(file);
  }

  #heeded(address: string, port: number): BackoffRecord | undefined {
    const record = this.#read(address, port);
    return record !== undefined && this.#isHeeded(record) ? record : undefined;
  }

  /** Where failures cost nothing, those that others counted cost nothing either. */
  #isHeeded({ isBenched }: BackoffRecord): boolean {
    return this.#periodMs > 0 || isBenched === true;
  }

  #records(): BackoffRecord[] {
    const all = this.#files.names().map((file) => this.#files.read(file));
    return all.filter((record) => record !== undefined).filter((each) => this.#isHeeded(each));
  }

  #read(address: string, port: number): BackoffRecord | undefined {
    return this.#files.read(fileName(address, port));
  }
}
