import { setTimeout as sleep } from 'node:timers/promises';
import type { Wanted } from '../discovery/index.ts';
import { DistccError } from '../errors/index.ts';
import { writeOut } from '../process/index.ts';
import { isUp } from '../vetting/index.ts';
import type { LsdistccSettings } from './lsdistcc-settings.ts';
import type { Sources } from './lsdistcc-sources.ts';
import { renderExplanation } from './render-rows.ts';
import { replaceList } from './replace-list.ts';
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
  sources: Sources,
  signal: AbortSignal,
): Promise<number> {
  const list: { last?: string } = {};
  for (let isFirst = true; ; isFirst = false) {
    const startedAtMs = performance.now();
    let isEnough = false;
    try {
      isEnough = await vetOnce(settings, sources(), list, signal);
    } catch (error) {
      // What was wrong from the start is a mistake; a disk that is full for a while is not the end.
      if (isFirst || settings.watchMs === 0 || !(error instanceof DistccError)) throw error;
      warn(error.message);
    }
    if (settings.watchMs === 0) return isEnough ? 0 : 1;
    const waitMs = Math.max(0, settings.watchMs - (performance.now() - startedAtMs));
    await sleep(waitMs, undefined, { signal });
  }
}

/** @returns whether so many hosts are good as are wanted */
async function vetOnce(
  settings: LsdistccSettings,
  sources: readonly Wanted[],
  list: { last?: string },
  signal: AbortSignal,
): Promise<boolean> {
  const found = await survey(settings, sources, { signal });
  if (settings.explains) {
    writeOut(2, found.rows.map((row) => `${renderExplanation(row)}\n`).join(''));
  }
  const good = found.rows.filter(isUp).length;
  if (good < settings.minHosts) {
    warn(`${good} hosts are good, ${settings.minHosts} are wanted: the list stays as it was`);
    return false;
  }
  const text = renderReport({ ...found, rows: stable(found.rows, settings) }, settings);
  if (settings.writeFile !== undefined) replaceList(settings.writeFile, text);
  else if (text !== list.last) process.stdout.write(text);
  list.last = text;
  return true;
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
