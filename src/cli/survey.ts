import { Blacklist } from '../blacklist/index.ts';
import { isPlainName } from '../discovery/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { createResolver, readSystemConfig } from '../dns/index.ts';
import type { Resolver, SystemConfig } from '../dns/index.ts';
import { compileLocalCode } from '../probing/index.ts';
import { backoffPeriodMs, distccFolder } from '../process/index.ts';
import { isUp, rank, vet, vetOrRecall } from '../vetting/index.ts';
import type { RecallOptions, Row } from '../vetting/index.ts';
import type { LsdistccSettings } from './lsdistcc-settings.ts';
import { makeProgress } from './progress.ts';

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
  const system = await readSystemConfig();
  const resolver = makeResolver(settings, system);
  const domain = domainOf(settings, system);
  const tally = new Tally();
  try {
    const vetting = await vetOptions(settings, { resolver, tally, signal });
    const rows: Row[] = [];
    for await (const row of findRows(sources, vetting, settings)) {
      rows.push(row);
      if (onRow !== undefined) tally.clear();
      onRow?.(row, domain);
      if (tally.count(row) >= settings.maxHosts) break;
    }
    const elapsedMs = performance.now() - startedAtMs;
    return { rows: rank(rows, settings.sort), startedAt, elapsedMs, ...domain };
  } finally {
    tally.clear();
    resolver.close();
  }
}

/** Counts, and shows the counts to a terminal. */
class Tally {
  readonly #progress = makeProgress(process.stderr, () => performance.now());
  #asked = 0;
  #good = 0;
  #bad = 0;

  ask(): void {
    this.#asked += 1;
  }

  /** @returns how many are good so far */
  count(row: Row): number {
    if (isUp(row)) this.#good += 1;
    else this.#bad += 1;
    this.#progress.update({ asked: this.#asked, good: this.#good, bad: this.#bad });
    return this.#good;
  }

  clear(): void {
    this.#progress.clear();
  }

  warn(message: string): void {
    this.clear();
    warn(message);
  }
}

function folder(): string {
  return distccFolder(process.env);
}

/** The blacklist of this user. */
export function openBlacklist(): Blacklist {
  return new Blacklist({ folder: folder(), periodMs: backoffPeriodMs(process.env) });
}

interface VettingParts {
  readonly resolver: Resolver;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

async function vetOptions(
  settings: LsdistccSettings,
  { resolver, tally, signal }: VettingParts,
): Promise<RecallOptions> {
  const { matchesLocal, usesBlacklist, language, wanted } = settings;
  const code = matchesLocal ? await compileLocalCode(language, wanted, signal) : undefined;
  const onRecall = (message: string): void => {
    tally.warn(message);
  };
  return {
    ...settings,
    ...(code === undefined ? {} : { localCode: code }),
    ...(usesBlacklist ? { blacklist: openBlacklist() } : {}),
    asksBlacklisted: settings.watchMs > 0,
    folder: folder(),
    onRecall,
    onWarning: ({ message }) => {
      tally.warn(message);
    },
    onAsk: () => {
      tally.ask();
    },
    resolver,
    signal,
  };
}

/** Names as the command line wants them looked up. */
export function makeResolver(settings: LsdistccSettings, system: SystemConfig): Resolver {
  const { firstResendMs, maxInFlight, nameServers } = settings;
  const servers = nameServers.length > 0 ? nameServers : system.servers;
  return createResolver({ ...system, servers, firstResendMs, maxInFlight });
}

/** A dead DNS server must not stop a build: those who were good lately are asked again. */
function findRows(
  sources: readonly Wanted[],
  vetting: RecallOptions,
  { usesCache }: LsdistccSettings,
): AsyncIterable<Row> {
  return usesCache ? vetOrRecall(sources, vetting) : vet(sources, vetting);
}

/** What a person should know, in one line on standard error. */
export function warn(message: string): void {
  process.stderr.write(`lsdistcc: ${message.replace(UNPRINTABLE, escape)}\n`);
}

/** Controls, and what turns or hides the text around it: a stranger's words may be quoted. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function domainOf(settings: LsdistccSettings, system: SystemConfig): { domain?: string } {
  const [domain = ''] = system.search;
  return settings.appendsDomain && isPlainName(domain) ? { domain } : {};
}
