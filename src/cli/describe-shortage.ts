import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import type { Wanted } from '../discovery/index.ts';

/** Why a list is too short, in one line: the one reason, or how often each verdict was given. */
export function describeShortage(
  rows: readonly Row[],
  sources: readonly Wanted[],
  minHosts: number,
): string {
  const bad = rows.filter((row) => !isUp(row));
  const good = rows.length - bad.length;
  const wanted = `${good} of ${rows.length} hosts are good, wanted ${minHosts}`;
  const words = sources.map(({ word }) => `"${word.replaceAll('\n', ' ')}"`).join(', ');
  const [only] = bad;
  if (only === undefined) return rows.length === 0 ? `No host was found for ${words}` : wanted;
  if (bad.length === 1) return `${wanted}: ${only.candidate.name}: ${only.reason ?? only.verdict}`;
  const counts = new Map<string, number>();
  for (const { verdict } of bad) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const list = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  return `${wanted}: ${list} (--explain tells of each)`;
}
