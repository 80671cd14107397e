import { isPlainName } from '../discovery/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { readSystemConfig } from '../dns/index.ts';
import { isUp, rank, vetFarm } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import type { LsdistccSettings } from './lsdistcc-settings.ts';
import { makeTally } from './tally.ts';
import { warn } from './warn.ts';

/** One vetting of all sources. */
export interface Survey {
  /** Ranked. */
  readonly rows: readonly Row[];
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** The DNS domain of this machine, where it is to be appended. */
  readonly domain?: string;
}

/** What a survey tells while it runs. */
export interface SurveyOptions {
  /** Called for each row as it is known, for those who print it at once. */
  readonly onRow?: (row: Row, domain: Pick<Survey, 'domain'>) => void;
  readonly signal: AbortSignal;
}

/** Vet all sources once; the last good list, when nobody answers for their names. */
export async function survey(
  settings: LsdistccSettings,
  sources: readonly Wanted[],
  { onRow, signal }: SurveyOptions,
): Promise<Survey> {
  const startedAt = new Date().toISOString();
  const startedAtMs = performance.now();
  const domain = settings.appendsDomain ? await findDomain() : {};
  const tally = makeTally();
  const rows: Row[] = [];
  const options = {
    ...settings,
    asksBlacklisted: settings.watchMs > 0,
    env: process.env,
    onAsk: tally.ask,
    onWarning: (message: string): void => {
      tally.clear();
      warn(message);
    },
    signal,
  };
  try {
    for await (const some of vetFarm(sources, options)) {
      const isEnough = some.some((row) => {
        rows.push(row);
        if (onRow !== undefined) tally.clear();
        onRow?.(row, domain);
        return tally.count(isUp(row)) >= settings.maxHosts;
      });
      if (isEnough) break;
    }
  } finally {
    tally.clear();
  }
  const elapsedMs = performance.now() - startedAtMs;
  return { rows: rank(rows, settings.sort), startedAt, elapsedMs, ...domain };
}

async function findDomain(): Promise<Pick<Survey, 'domain'>> {
  const [domain = ''] = (await readSystemConfig()).search;
  return isPlainName(domain) ? { domain } : {};
}
