import fs from 'node:fs';
import path from 'node:path';
import type { Candidate } from '../discovery/index.ts';
import { removeQuietly, replaceFile, sha256 } from '../process/index.ts';
import type { Row } from './row.ts';

/** The hosts that passed when the same question was last asked. */
export interface LastGood {
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly candidates: readonly Candidate[];
}

/** Lists that nobody asked for this long are of no use to anybody. */
const MAX_AGE_MS = 30 * 86_400_000;

/** Who makes up another list for each build, and vets it, would fill the disk in time. */
const MAX_LISTS = 32;

/**
 * Keep a good list for a day without DNS: a file under `$DISTCC_DIR/last-good` for each
 * question, replaced in one step, or made young again when it says the same. A folder that cannot be written
 * to keeps nothing, and stops nobody.
 * @param question - what was vetted, and for what: any values that JSON can tell apart
 */
export function saveLastGood(
  folder: string,
  question: readonly unknown[],
  rows: readonly Row[],
): void {
  const file = fileOf(folder, question);
  const candidates = rows.map(({ candidate, address }) => ({
    ...candidate,
    dnsMs: undefined, // that was the run's that asked
    resolution: { kind: 'addresses', addresses: [address ?? candidate.name] },
  }));
  candidates.sort(compare); // rows come as they were ready
  const text = `${JSON.stringify(candidates)}\n`;
  if (isMadeYoung(file, text)) return;
  try {
    replaceFile(file, text);
    sweep(path.dirname(file));
  } catch {
    // the list is good all the same
  }
}

/** Several sources have each a first one. */
function compare(left: Pick<Candidate, 'order' | 'name'>, right: typeof left): number {
  return left.order - right.order || (left.name < right.name ? -1 : 1);
}

/** @returns whether the file said that already and is younger now: not with a file of another user's, however readable */
function isMadeYoung(file: string, text: string): boolean {
  try {
    if (fs.readFileSync(file, 'utf8') !== text) return false;
    const now = new Date();
    fs.utimesSync(file, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Only the newest lists stay. */
function sweep(folder: string): void {
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  if (files.length <= MAX_LISTS) return;
  const ages = new Map(files.map((file) => [file, fs.statSync(file).mtimeMs]));
  files.sort((left, right) => (ages.get(right) ?? 0) - (ages.get(left) ?? 0));
  for (const file of files.slice(MAX_LISTS)) removeQuietly(file);
}

/** @returns undefined when that question never gave a good list, or too long ago */
export function readLastGood(folder: string, question: readonly unknown[]): LastGood | undefined {
  const file = fileOf(folder, question);
  try {
    const savedAt = fs.statSync(file).mtimeMs;
    const candidates: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    const isRecent = Date.now() - savedAt < MAX_AGE_MS;
    return isRecent && isList(candidates) ? { savedAt, candidates } : undefined;
  } catch {
    return undefined; // not there, or damaged: there is no last good list
  }
}

/** The file is ours and in a folder of ours; this tells a damaged one, not a forged one. */
function isList(value: unknown): value is readonly Candidate[] {
  return Array.isArray(value) && value.every(isCandidate);
}

function isCandidate(value: unknown): value is Candidate {
  if (typeof value !== 'object' || value === null) return false;
  const { name, port, resolution } = value as Partial<Candidate>;
  const addresses = resolution?.kind === 'addresses' ? resolution.addresses : [];
  return typeof name === 'string' && typeof port === 'number' && addresses.length > 0;
}

function fileOf(folder: string, question: readonly unknown[]): string {
  const name = sha256(JSON.stringify(question)).slice(0, 16);
  return path.join(folder, 'last-good', `${name}.json`);
}
