import fs from 'node:fs';
import path from 'node:path';
import { removeQuietly, replaceFile } from '../process/index.ts';
import {
  BACKOFF_PERIOD_MS,
  BENCH_MS,
  addressKey,
  benchRecord,
  countFailure,
  fileName,
  formatRecord,
  isBlocked,
  parseRecord,
  withoutPort,
} from './record.ts';
import type { BackoffRecord } from './record.ts';

/** Nobody writes one small file for so long. */
const STALE_MS = 60_000;

/** No record says anything against anybody for so long. */
const FORGOTTEN_MS = 2 * BENCH_MS;

/** Where records are kept, and what time it is. */
export interface BlacklistOptions {
  /** `$DISTCC_DIR`, or `~/.distcc`; records are files in its folder `backoff`. */
  readonly folder: string;
  /** What the first failure costs (60,000); 0 blacklists nobody. */
  readonly periodMs?: number;
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
  readonly #folder: string;
  readonly #periodMs: number;
  readonly #now: () => number;
  readonly #random: () => number;
  #isSwept = false;

  constructor(options: BlacklistOptions) {
    this.#folder = path.join(options.folder, 'backoff');
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
    if (record !== before) this.#write(record);
  }

  /**
   * The host made another object than it should have: for a day nobody asks it anything, even where
   * failures cost nothing.
   * @param reason - one line
   */
  bench(address: string, port: number, reason: string): void {
    const caught = { address: addressKey(address), port, reason };
    this.#write(benchRecord(caught, this.#read(address, port), this.#now()));
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
    const files = port === undefined ? this.#files().filter(isIts) : [fileName(address, port)];
    for (const file of files) this.#remove(file);
  }

  /** Clear every record. */
  forgiveAll(): void {
    for (const file of this.#files()) this.#remove(file);
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
    const all = this.#files().map((file) => this.#readFile(file));
    return all.filter((record) => record !== undefined).filter((each) => this.#isHeeded(each));
  }

  #files(): string[] {
    try {
      return fs.readdirSync(this.#folder).filter((file) => file.endsWith('.json'));
    } catch {
      return [];
    }
  }

  #read(address: string, port: number): BackoffRecord | undefined {
    return this.#readFile(fileName(address, port));
  }

  #readFile(name: string): BackoffRecord | undefined {
    const file = path.join(this.#folder, name);
    if (!fs.existsSync(file)) return undefined; // nearly always: an error costs ten times as much
    try {
      return parseRecord(fs.readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  }

  #write(record: BackoffRecord): void {
    const file = path.join(this.#folder, fileName(record.address, record.port));
    try {
      replaceFile(file, formatRecord(record));
      this.#sweep();
    } catch {
      // a folder nobody can write to must not stop a build
    }
  }

  /** What killed writers left, and old records: once, since a farm that is down writes thousands. */
  #sweep(): void {
    if (this.#isSwept) return;
    this.#isSwept = true;
    for (const file of fs.readdirSync(this.#folder)) {
      const stat = fs.statSync(path.join(this.#folder, file), { throwIfNoEntry: false });
      const oldMs = file.endsWith('.tmp') ? STALE_MS : FORGOTTEN_MS;
      if (stat !== undefined && Date.now() - stat.mtimeMs > oldMs) this.#remove(file);
    }
  }

  #remove(file: string): void {
    removeQuietly(path.join(this.#folder, file));
  }
}
