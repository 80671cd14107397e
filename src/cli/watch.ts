import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Wanted } from '../discovery/index.ts';
import { IoError } from '../errors/index.ts';
import { codeOf } from '../net/index.ts';
import { isUp } from '../vetting/index.ts';
import type { LsdistccSettings } from './lsdistcc-settings.ts';
import { renderExplanation } from './render-rows.ts';
import { renderReport } from './report.ts';
import { survey } from './survey.ts';
import { warn } from './warn.ts';

/**
 * `--watch` and `--write`: vet, hand the list out when it changed, and again after the period. A list
 * with fewer than `minHosts` good hosts is not handed out: what was good before stays.
 * @returns the exit code of a single run; with a period it ends only by the signal
 */
export async function watch(
  settings: LsdistccSettings,
  sources: readonly Wanted[],
  signal: AbortSignal,
): Promise<number> {
  let last: string | undefined;
  for (;;) {
    const startedAtMs = performance.now();
    const found = await survey(settings, sources, { signal });
    if (settings.explains) {
      for (const row of found.rows) process.stderr.write(`${renderExplanation(row)}\n`);
    }
    const good = found.rows.filter(isUp).length;
    const text = renderReport({ ...found, rows: stable(found.rows, settings) }, settings);
    if (good < settings.minHosts) {
      warn(`${good} hosts are good, ${settings.minHosts} are wanted: the list stays as it was`);
    } else if (text !== last) {
      handOut(text, settings);
      last = text;
    }
    if (settings.watchMs === 0) return good >= settings.minHosts ? 0 : 1;
    const waitMs = Math.max(0, settings.watchMs - (performance.now() - startedAtMs));
    await sleep(waitMs, undefined, { signal });
  }
}

/** Speeds jitter from one period to the next: a list in their order would change every time. */
function stable<T extends { readonly candidate: { readonly name: string } }>(
  rows: readonly T[],
  settings: LsdistccSettings,
): readonly T[] {
  if (settings.watchMs === 0 || settings.sort !== 'speed') return rows;
  const names = new Intl.Collator('en', { numeric: true });
  return rows.toSorted((left, right) => names.compare(left.candidate.name, right.candidate.name));
}

function handOut(text: string, { writeFile }: LsdistccSettings): void {
  if (writeFile === undefined) {
    process.stdout.write(text);
    return;
  }
  const temporary = path.join(
    path.dirname(writeFile),
    `.${path.basename(writeFile)}.${process.pid}.tmp`,
  );
  try {
    if (isSame(writeFile, text)) return;
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, writeFile);
  } catch (cause) {
    fs.rmSync(temporary, { force: true });
    throw new IoError(`Cannot write the list "${writeFile}": ${codeOf(cause)}`, { cause });
  }
}

function isSame(file: string, text: string): boolean {
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
}
