import fs from 'node:fs';
import path from 'node:path';
import { readObject } from '../objects/index.ts';
import { makePrivateFolder } from '../process/index.ts';

/** So many differences are kept; the oldest go first. */
const MAX_KEPT = 20;

/** More of one file is not kept: what a host sends may have any length. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

const REPORT = 'report.json';

/** One of the objects of an audit. */
export interface KeptObject {
  /** What its file is called: `first`. */
  readonly name: string;
  /** The entry of the host list; `localhost` for this machine. */
  readonly host: string;
  /** With its port; empty for this machine. */
  readonly address: string;
  readonly bytes: Uint8Array;
  /** What is wrong with it; absent where nothing is, or nobody knows. */
  readonly differs?: string;
}

/** What is kept of an audit that found a difference. */
export interface Evidence {
  readonly source: string;
  readonly words: readonly string[];
  readonly text: Uint8Array;
  /** With its dot: `.i`. */
  readonly textExtension: string;
  /** With its dot: `.o`. */
  readonly objectExtension: string;
  readonly conclusion: string;
  readonly objects: readonly KeptObject[];
}

/** A difference that was kept, as its report has it. */
export interface Difference {
  /** Where it is kept. */
  readonly kept: string;
  /** ISO 8601. */
  readonly at: string;
  readonly source: string;
  readonly conclusion: string;
}

/** Where differences are kept, a folder each. */
function auditsFolder(distccFolder: string): string {
  return path.join(distccFolder, 'audits');
}

/**
 * Keep objects, text and a report of a difference, for this user alone.
 * @param distccFolder - `$DISTCC_DIR`
 * @returns the folder they are in
 * @throws the system's error
 */
export function keepEvidence(distccFolder: string, evidence: Evidence, now: Date): string {
  const { objects, text, textExtension, objectExtension, words, source, conclusion } = evidence;
  const all = auditsFolder(distccFolder);
  makePrivateFolder(distccFolder);
  const folder = path.join(all, `${now.toISOString()}-${process.pid}`);
  makePrivateFolder(folder);
  const report = {
    ...{ version: 1, at: now.toISOString(), source, folder: process.cwd(), command: words },
    ...{ conclusion, text: `text${textExtension}` },
    objects: objects.map(({ name, bytes, ...rest }) => ({
      ...{ file: `${name}${objectExtension}`, bytes: bytes.length, compiler: compilerOf(bytes) },
      ...rest,
    })),
  };
  write(path.join(folder, report.text), text);
  for (const { name, bytes } of objects) {
    write(path.join(folder, `${name}${objectExtension}`), bytes);
  }
  // The last: what has a report is whole.
  write(path.join(folder, REPORT), `${JSON.stringify(report, undefined, 2)}\n`);
  removeOldest(all);
  return folder;
}

/** The differences that are kept, the oldest first. */
export function listDifferences(distccFolder: string): Difference[] {
  const all = auditsFolder(distccFolder);
  return namesIn(all)
    .map((name) => readReport(path.join(all, name)))
    .filter((difference) => difference !== undefined);
}

function readReport(kept: string): Difference | undefined {
  try {
    const report: unknown = JSON.parse(fs.readFileSync(path.join(kept, REPORT), 'utf8'));
    if (typeof report !== 'object' || report === null) return undefined;
    const { at, source, conclusion } = report as Readonly<Record<string, unknown>>;
    const areTexts =
      typeof at === 'string' && typeof source === 'string' && typeof conclusion === 'string';
    return areTexts ? { kept, at, source, conclusion } : undefined;
  } catch {
    return undefined; // another distcc is at it, or died over it
  }
}

/** Names begin with their time. */
function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function removeOldest(all: string): void {
  for (const name of namesIn(all).slice(0, -MAX_KEPT)) {
    fs.rmSync(path.join(all, name), { recursive: true, force: true });
  }
}

function write(file: string, content: string | Uint8Array): void {
  fs.writeFileSync(file, content.slice(0, MAX_FILE_BYTES), { mode: 0o600 });
}

/** What an object says of its compiler; texts and what is no object say nothing. */
export function compilerOf(bytes: Uint8Array): string | undefined {
  try {
    return readObject(bytes).compiler;
  } catch {
    return undefined;
  }
}
