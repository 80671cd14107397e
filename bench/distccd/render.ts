import type { RowResult } from './measure.ts';

/** Of the original's throughput, with a compiler that compiles. */
export const WANTED_RATIO = 0.9;

const columns = [
  { head: 'job', width: 15 },
  { head: 'clients', width: 7 },
  { head: 'original', width: 13 },
  { head: 'ours', width: 13 },
  { head: 'ratio (wanted)', width: 14 },
  { head: 'CPU original', width: 12 },
  { head: 'ours', width: 12 },
  { head: 'difference', width: 11 },
  { head: 'jobs', width: 11 },
] as const;

/** The lines above the table. */
export function renderHead(jobs: number): string[] {
  return [
    `Both with --jobs ${jobs}, on loopback, by turns; CPU: the daemon's and its compilers', for one job`,
    '',
    line(columns.map(({ head }) => head)),
    line(columns.map(({ width }) => '-'.repeat(width))),
  ];
}

/** One measurement as a line of the table. */
export function renderRow(row: RowResult): string {
  const { job, clientCount, original, ours, ratio, isReal } = row;
  return line([
    job,
    String(clientCount),
    `${original.jobsPerSecond.toFixed(1)} jobs/s`,
    `${ours.jobsPerSecond.toFixed(1)} jobs/s`,
    `${ratio.toFixed(2)}${isReal ? ` (${WANTED_RATIO.toFixed(2)})` : '       '}`,
    `${original.cpuMs.toFixed(2)} ms`,
    `${ours.cpuMs.toFixed(2)} ms`,
    `${(ours.cpuMs - original.cpuMs).toFixed(2)} ms`,
    `${original.jobCount}/${ours.jobCount}`,
  ]);
}

/** The lines below the table: what did not come out as it should. */
export function renderFaults(rows: readonly RowResult[]): string[] {
  const slow = rows.filter(({ isReal, ratio }) => isReal && ratio < WANTED_RATIO);
  const failures = rows.reduce((sum, { ours }) => sum + ours.failureCount, 0);
  const others = rows.reduce((sum, { original }) => sum + original.failureCount, 0);
  return [
    '',
    `Jobs that failed: ${failures} of ours, ${others} of the original's`,
    `Slower than wanted: ${slow.length} of ${rows.filter(({ isReal }) => isReal).length} rows`,
  ];
}

/** Whether every job of ours came back as it should. */
export function isRight({ ours }: RowResult): boolean {
  return ours.failureCount === 0;
}

function line(cells: readonly string[]): string {
  return columns.map(({ width }, column) => (cells[column] ?? '').padStart(width)).join('  ');
}
