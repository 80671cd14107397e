import type { Farm } from './farm.ts';
import { executable } from './measure.ts';
import type { ProgramResult, RowResult } from './measure.ts';
import { wantedRatio } from './rows.ts';

/** Its arrays hold no more (fact sheet 7.4): above, its time says nothing. */
const ORIGINAL_MAX_HOSTS = 500;

const columns = [
  { head: 'hosts', width: 5 },
  { head: 'DNS', width: 5 },
  { head: 'loss', width: 4 },
  { head: 'faults', width: 13 },
  { head: 'original', width: 8 },
  { head: 'found', width: 12 },
  { head: 'status', width: 8 },
  { head: 'found', width: 12 },
  { head: 'ratio (wanted)', width: 14 },
  { head: 'object', width: 8 },
  { head: 'found', width: 12 },
  { head: '/status', width: 7 },
  { head: 'peak', width: 7 },
  { head: 'by Node', width: 8 },
  { head: 'object', width: 8 },
  { head: 'found', width: 12 },
  { head: 'peak', width: 7 },
  { head: 'runs', width: 9 },
] as const;

/** The lines above the table. */
export function renderHead(): string[] {
  return [
    'original: lsdistcc -pgcc   status: ours, -pgcc --verify status   object: ours, -pgcc',
    `ours: ${executable === undefined ? 'by Node' : 'the single-file executable, and by Node'}`,
    'Wall time, median; found: good hosts named, of all good ones; ratio: status to original',
    '',
    line(columns.map(({ head }) => head)),
    line(columns.map(({ width }) => '-'.repeat(width))),
  ];
}

/** One farm as a line of the table. */
export function renderRow(row: RowResult): string {
  const { farm, original, status, object, nodeStatus, nodeObject } = row;
  return line([
    String(farm.hostCount),
    `${farm.dnsDelayMs} ms`,
    `${Math.round(farm.dnsLoss * 100)} %`,
    faultsOf(farm),
    seconds(original),
    foundOf(original, row),
    seconds(status),
    foundOf(status, row),
    ratioToOriginal(row),
    seconds(object),
    foundOf(object, row),
    (object.medianMs / status.medianMs).toFixed(2),
    peakOf(status, object),
    ...nodeCells(row),
    [original, status, object, nodeStatus, nodeObject].map(({ runCount }) => runCount).join('/'),
  ]);
}

/** The lines below the table: what did not come out as it should. */
export function renderFaults(rows: readonly RowResult[]): string[] {
  const wrong = rows.filter((row) => !isRight(row));
  const slow = rows.filter((row) => ratioOf(row) > (wantedRatio(row.farm) ?? Infinity));
  return [
    '',
    `A good host missed, or another named: ${wrong.length} of ${rows.length} rows`,
    `Slower than wanted: ${slow.length} of ${rows.length} rows`,
  ];
}

/** The same programs under Node, where the executable was measured beside them. */
function nodeCells({ nodeStatus, nodeObject, goodCount }: RowResult): string[] {
  if (nodeStatus.runCount === 0) return ['', '', '', ''];
  const times = [seconds(nodeStatus), seconds(nodeObject)];
  const found = { ...nodeObject, found: [...nodeStatus.found, ...nodeObject.found] };
  return [...times, foundOf(found, { goodCount }), peakOf(nodeStatus, nodeObject)];
}

function peakOf(...results: readonly ProgramResult[]): string {
  const bytes = Math.max(...results.map(({ peakBytes }) => peakBytes));
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

/** Whether ours named every good host and no other, in every run. */
export function isRight({ status, object, nodeStatus, nodeObject, goodCount }: RowResult): boolean {
  return [status, object, nodeStatus, nodeObject].every(
    ({ found, wrong }) =>
      found.every((count) => count === goodCount) && wrong.every((count) => count === 0),
  );
}

function line(cells: readonly string[]): string {
  return columns.map(({ width }, column) => (cells[column] ?? '').padStart(width)).join('  ');
}

function faultsOf({ hasStuck, hasClosing }: Farm): string {
  return [hasStuck ? 'stuck' : '', hasClosing ? 'closing' : ''].filter(Boolean).join('+') || '-';
}

function seconds({ medianMs, ends }: ProgramResult): string {
  const signal = ends.find((end) => end.startsWith('SIG'));
  return signal ?? `${(medianMs / 1000).toFixed(3)} s`;
}

/** `104–320/400`, and `+3` for hosts that should not be there. */
function foundOf(
  { found, wrong }: ProgramResult,
  { goodCount }: Pick<RowResult, 'goodCount'>,
): string {
  const least = Math.min(...found);
  const most = Math.max(...found);
  const extra = Math.max(...wrong);
  const range = least === most ? String(least) : `${least}–${most}`;
  return `${range}/${goodCount}${extra > 0 ? `+${extra}` : ''}`;
}

function ratioToOriginal(row: RowResult): string {
  if (row.farm.hostCount > ORIGINAL_MAX_HOSTS) return '-';
  const wanted = wantedRatio(row.farm);
  return `${ratioOf(row).toFixed(2)}${wanted === undefined ? '       ' : ` (${wanted.toFixed(2)})`}`;
}

function ratioOf({ original, status }: RowResult): number {
  return status.medianMs / original.medianMs;
}
