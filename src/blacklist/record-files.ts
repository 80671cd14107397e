import fs from 'node:fs';
import path from 'node:path';
import { removeQuietly, replaceFile } from '../process/index.ts';
import { BENCH_MS, fileName, formatRecord, parseRecord } from './record.ts';
import type { BackoffRecord } from './record.ts';

/** Nobody writes one small file for so long. */
const STALE_MS = 60_000;

/** No record says anything against anybody for so long. */
const FORGOTTEN_MS = 2 * BENCH_MS;

/** A folder with a file for each record. What cannot be read or written is as if it were not there. */
export class RecordFiles {
  readonly #folder: string;
  readonly #looksOnce: boolean;
  #known: Set<string> | undefined;
  #isSwept = false;

  /** @param looksOnce - whether to look but once which files there are */
  constructor(folder: string, looksOnce: boolean) {
    this.#folder = folder;
    this.#looksOnce = looksOnce;
  }

  /** Of all records that are there now. */
  names(): string[] {
    try {
      return fs.readdirSync(this.#folder).filter((file) => file.endsWith('.json'));
    } catch {
      return [];
    }
  }

  /** @param name - as `fileName()` makes it */
  read(name: string): BackoffRecord | undefined {
    if (!this.#isThere(name)) return undefined; // nearly always: an error costs ten times as much
    try {
      return parseRecord(fs.readFileSync(path.join(this.#folder, name), 'utf8'));
    } catch {
      return undefined;
    }
  }

  #isThere(name: string): boolean {
    if (!this.#looksOnce) return fs.existsSync(path.join(this.#folder, name));
    this.#known ??= new Set(this.names());
    return this.#known.has(name);
  }

  /** A folder nobody can write to must not stop a build. */
  write(record: BackoffRecord): void {
    const name = fileName(record.address, record.port);
    this.#known?.add(name);
    try {
      replaceFile(path.join(this.#folder, name), formatRecord(record));
      this.#sweep();
    } catch {
      // nothing is kept
    }
  }

  /** What killed writers left, and old records: once, since a farm that is down writes thousands. */
  #sweep(): void {
    if (this.#isSwept) return;
    this.#isSwept = true;
    for (const file of fs.readdirSync(this.#folder)) {
      const stat = fs.statSync(path.join(this.#folder, file), { throwIfNoEntry: false });
      const oldMs = file.endsWith('.tmp') ? STALE_MS : FORGOTTEN_MS;
      if (stat !== undefined && Date.now() - stat.mtimeMs > oldMs) this.remove(file);
    }
  }

  /** Forget one, if it is there. */
  remove(name: string): void {
    removeQuietly(path.join(this.#folder, name));
  }
}
