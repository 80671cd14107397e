import { DEFAULT_PORT, formatHostSpec } from '../hosts/index.ts';
import type { TcpHost } from '../hosts/index.ts';
import { remedyOf } from '../probing/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import type { SpecOptions } from './lsdistcc-options.ts';

/** A host as DISTCC_HOSTS takes it: `red:4200/3,lzo`. */
export function formatSpec(row: Row, options: SpecOptions): string {
  const { candidate } = row;
  const spec: Omit<TcpHost, 'text'> = {
    kind: 'tcp',
    host: hostOf(row, options),
    port: candidate.port,
    ...limitOf(row, options.slots),
    compression: options.protocol > 1 ? 'lzo' : (candidate.spec?.compression ?? 'none'),
    preprocessAt: options.protocol > 2 ? 'server' : (candidate.spec?.preprocessAt ?? 'client'),
    isDown: !isUp(row),
  };
  return formatHostSpec({ ...spec, text: '' });
}

function hostOf({ candidate, address }: Row, { isNumeric, domain }: SpecOptions): string {
  if (isNumeric) return address ?? candidate.name;
  const isShort = domain !== undefined && !/[.:]/.test(candidate.name);
  return isShort ? `${candidate.name}.${domain}` : candidate.name;
}

function limitOf({ candidate }: Row, slots: SpecOptions['slots']) {
  const limit = slots === 'keep' ? candidate.spec?.limit : slots;
  return typeof limit === 'number'
    ? { limit, isLimitGiven: true }
    : { limit: 4, isLimitGiven: false };
}

/** One row as a line of the list: the spec, and the milliseconds when they are wanted. */
export function renderHost(row: Row, options: SpecOptions): string {
  const spec = formatSpec(row, options);
  return options.hasLatency ? `${spec} ${Math.round(latencyOf(row))}` : spec;
}

/** From the first packet to the whole answer. */
function latencyOf(row: Row): number {
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

function jsonRow(row: Row, options: SpecOptions): Record<string, string | number | undefined> {
  const { candidate, verdict } = row;
  return {
    host: candidate.name,
    spec: formatSpec(row, options),
    address: row.address,
    port: candidate.port,
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

/** All rows as a table, a line a host, as wide as its longest words. */
export function renderTable(rows: readonly Row[]): string {
  const head = ['HOST', 'ADDRESS', 'VERDICT', 'MS', 'COMPILER', 'REASON'];
  const body = rows.map((row) => [
    row.candidate.port === DEFAULT_PORT
      ? row.candidate.name
      : `${row.candidate.name}:${row.candidate.port}`,
    row.address ?? '-',
    row.verdict,
    row.connectMs === undefined ? '-' : latencyOf(row).toFixed(0),
    row.compiler ?? '-',
    row.reason ?? '',
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[head, ...body].map(line).join('\n')}\n`;
}
