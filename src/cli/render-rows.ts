import { DEFAULT_LIMIT, formatHostSpec } from '../hosts/index.ts';
import type { TcpHost } from '../hosts/index.ts';
import { remedyOf } from '../probing/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import type { SpecOptions as SpecSettings } from './lsdistcc-settings.ts';

/** How specs are written, with what only a whole survey knows. */
export interface SpecOptions extends SpecSettings {
  /** Appended to names without a dot. */
  readonly domain?: string;
  /** The compile time of the fastest host: `--slots auto` measures the others by it. */
  readonly fastestMs?: number;
}

/** A host as DISTCC_HOSTS takes it: `red:4200/3,lzo`. */
export function formatSpec(row: Row, options: SpecOptions): string {
  const { candidate } = row;
  const limit = limitOf(row, options);
  const fields = {
    limit: limit ?? DEFAULT_LIMIT,
    isLimitGiven: limit !== undefined,
    compression: options.protocol > 1 ? 'lzo' : (candidate.spec?.compression ?? 'none'),
    preprocessAt: options.protocol > 2 ? 'server' : (candidate.spec?.preprocessAt ?? 'client'),
    isDown: !isUp(row),
    text: '',
  } as const;
  const { ssh, port } = candidate;
  if (ssh !== undefined) return formatHostSpec({ ...ssh, ...fields });
  const host = hostOf(row, options);
  return formatHostSpec({ kind: 'tcp', host, ...tlsOf(row, host), port, ...fields });
}

function hostOf({ candidate, address }: Row, { isNumeric, domain }: SpecOptions): string {
  // Other programs ask other resolvers, and few of them know what only mDNS knows.
  if (isNumeric || candidate.source === 'mdns') return address ?? candidate.name;
  const isShort = domain !== undefined && !/[.:]/.test(candidate.name);
  return isShort ? `${candidate.name}.${domain}` : candidate.name;
}

/** What was proved is what is printed: a certificate's name stays with a host that is printed otherwise. */
function tlsOf(
  { candidate: { name, spec } }: Row,
  host: string,
): Pick<TcpHost, 'isTls' | 'tlsName'> {
  if (spec?.isTls !== true) return { isTls: false };
  const tlsName = spec.tlsName ?? name;
  return tlsName === host ? { isTls: true } : { isTls: true, tlsName };
}

/** The `/N` of a host, where one is to be printed. */
export function limitOf(row: Row, { slots, fastestMs }: SpecOptions): number | undefined {
  const known = row.candidate.spec?.limit;
  if (slots === 'none') return undefined;
  if (slots === 'keep') return known;
  return slots === 'auto' ? (known ?? measuredLimit(row, fastestMs)) : slots;
}

/** Without a word of the host's own: four jobs for the fastest, fewer for one that is slower. */
function measuredLimit({ compileMs }: Row, fastestMs: number | undefined): number {
  if (compileMs === undefined || fastestMs === undefined) return DEFAULT_LIMIT;
  return Math.max(1, Math.round((DEFAULT_LIMIT * fastestMs) / compileMs));
}

/** One row as a line of the list: the spec, and the milliseconds when they are wanted. */
export function renderHost(row: Row, options: SpecOptions): string {
  const spec = formatSpec(row, options);
  return options.hasLatency ? `${spec} ${Math.round(latencyOf(row))}` : spec;
}

/** From the first packet to the whole answer. */
export function latencyOf(row: Row): number {
  return (row.connectMs ?? 0) + (row.compileMs ?? 0);
}

/** One row for a person: host, verdict, reason, remedy. */
export function renderExplanation(row: Row): string {
  const { candidate, address, verdict, reason } = row;
  const where = address === undefined ? '' : ` (${address}:${candidate.port})`;
  const found = ` [${candidate.source} ${candidate.sourceText}]`;
  const head = `${candidate.name}${where}${found}: ${verdict}`;
  if (isUp(row)) return `${head}, ${describeUp(row)}`;
  return `${head}: ${reason ?? 'no reason known'}. ${remedyOf(verdict)}`;
}

function describeUp(row: Row): string {
  const milliseconds = `${Math.round(latencyOf(row))} ms`;
  return [milliseconds, row.target, row.compiler].filter((part) => part !== undefined).join(', ');
}

/** All rows as the document of `--format json`. */
export function renderJson(rows: readonly Row[], run: JsonRun): string {
  const hosts = rows.map((row) => jsonRow(row, run.options));
  const document = {
    version: 1,
    startedAt: run.startedAt,
    elapsedMs: milliseconds(run.elapsedMs),
    good: rows.filter(isUp).length,
    hosts,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** What the document says of the run. */
export interface JsonRun {
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly options: SpecOptions;
}

/** One row as a line of `--format ndjson`. */
export function renderRowJson(row: Row, options: SpecOptions): string {
  return `${JSON.stringify(jsonRow(row, options))}\n`;
}

function jsonRow(row: Row, options: SpecOptions): Record<string, string | number | undefined> {
  const { candidate, verdict } = row;
  return {
    host: candidate.name,
    spec: formatSpec(row, options),
    address: row.address,
    port: candidate.ssh === undefined ? candidate.port : undefined,
    source: `${candidate.source}:${candidate.sourceText}`,
    verdict,
    reason: row.reason,
    remedy: isUp(row) ? undefined : remedyOf(verdict),
    dnsMs: milliseconds(row.dnsMs),
    connectMs: milliseconds(row.connectMs),
    compileMs: milliseconds(row.compileMs),
    totalMs: milliseconds(row.totalMs),
    slots: candidate.spec?.limit,
    compiler: row.compiler,
    target: row.target,
  };
}

function milliseconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1000) / 1000;
}
