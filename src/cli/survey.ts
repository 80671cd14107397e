import { Blacklist } from '../blacklist/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { createResolver, readSystemConfig } from '../dns/index.ts';
import type { Resolver, SystemConfig } from '../dns/index.ts';
import { compileLocalCode } from '../probing/index.ts';
import { backoffPeriodMs, distccFolder } from '../process/index.ts';
import { isUp, rank, readLastGood, saveLastGood, vet } from '../vetting/index.ts';
import type { Row, VetOptions } from '../vetting/index.ts';
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
  readonly onRow: (row: Row) => void;
  readonly signal: AbortSignal;
}

/** Vet all sources once; the last good list, when they give no host at all. */
export async function survey(
  settings: LsdistccSettings,
  sources: readonly Wanted[],
  options: SurveyOptions,
): Promise<Survey> {
  const startedAt = new Date().toISOString();
  const startedAtMs = performance.now();
  const system = await readSystemConfig();
  const resolver = makeResolver(settings, system);
  try {
    const vetting = await vetOptions(settings, resolver, options.signal);
    const found = await collect(sources, vetting, settings, options);
    const rows = found.length > 0 ? found : await vetLastGood(sources, vetting, settings, options);
    const good = rows.filter(isUp);
    if (settings.usesCache && good.length > 0) saveLastGood(folder(), sources, good);
    const elapsedMs = performance.now() - startedAtMs;
    return { rows: rank(rows, settings.sort), startedAt, elapsedMs, ...domainOf(settings, system) };
  } finally {
    resolver.close();
  }
}

function folder(): string {
  return distccFolder(process.env);
}

/** The blacklist of this user. */
export function openBlacklist(): Blacklist {
  return new Blacklist({ folder: folder(), periodMs: backoffPeriodMs(process.env) });
}

async function vetOptions(
  settings: LsdistccSettings,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<VetOptions> {
  const { matchesLocal, usesBlacklist, language, wanted } = settings;
  const code = matchesLocal ? await compileLocalCode(language, wanted, signal) : undefined;
  return {
    ...settings,
    ...(code === undefined ? {} : { localCode: code }),
    ...(usesBlacklist ? { blacklist: openBlacklist() } : {}),
    asksBlacklisted: settings.watchMs > 0,
    onWarning: ({ message }) => {
      warn(message);
    },
    resolver,
    signal,
  };
}

function makeResolver(settings: LsdistccSettings, system: SystemConfig): Resolver {
  const { firstResendMs, maxInFlight, nameServers } = settings;
  const servers = nameServers.length > 0 ? nameServers : system.servers;
  return createResolver({ ...system, servers, firstResendMs, maxInFlight });
}

/** A dead DNS server must not stop a build: those who were good lately are asked again. */
async function vetLastGood(
  sources: readonly Wanted[],
  vetting: VetOptions,
  settings: LsdistccSettings,
  options: SurveyOptions,
): Promise<Row[]> {
  const last = settings.usesCache ? readLastGood(folder(), sources) : undefined;
  if (last === undefined) return [];
  const minutes = Math.max(1, Math.round((Date.now() - last.savedAt) / 60_000));
  warn(`No host was found: vetting the ${last.candidates.length} good ones of ${minutes} min ago`);
  return collect([], { ...vetting, known: last.candidates }, settings, options);
}

async function collect(
  sources: readonly Wanted[],
  vetting: VetOptions,
  settings: LsdistccSettings,
  { onRow }: SurveyOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  let good = 0;
  let asked = 0;
  const onAsk = (): void => void (asked += 1);
  const progress = makeProgress(process.stderr, () => performance.now());
  for await (const row of vet(sources, { ...vetting, onAsk })) {
    rows.push(row);
    good += Number(isUp(row));
    onRow(row);
    if (good >= settings.maxHosts) break;
    progress.update({ asked, good, bad: rows.length - good });
  }
  progress.clear();
  return rows;
}

/** What a person should know, in one line on standard error. */
export function warn(message: string): void {
  process.stderr.write(`lsdistcc: ${message}\n`);
}

function domainOf(settings: LsdistccSettings, system: SystemConfig): { domain?: string } {
  const [domain] = system.search;
  return settings.appendsDomain && domain !== undefined ? { domain } : {};
}
