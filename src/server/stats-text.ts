import fs from 'node:fs';
import os from 'node:os';
import type { Slots } from './slots.ts';
import type { Stats } from './stats.ts';

/** What every page of the stats port shows. */
export interface StatsSource {
  readonly stats: Stats;
  readonly slots: Slots;
  readonly jobs: number;
  /** Memory that jobs could have, in bytes. */
  readonly freeMemoryBytes: () => number;
}

const MINUTE_MS = 60_000;
const WINDOWS_MS = [1, 5, 15].map((minutes) => minutes * MINUTE_MS);

/** The original's text page: its 27 keys in its order, and free memory (fact sheet 5.8). */
export function renderStatsText(source: StatsSource): string {
  const { stats, slots, jobs } = source;
  const { counts, longest } = stats;
  const windows = WINDOWS_MS.map((ms) => sumOf(stats, ms));
  const rows: (readonly [string, string | number])[] = [
    ['dcc_tcp_accept', stats.acceptedCount],
    ['dcc_rej_bad_req', counts['bad-request'] + counts.refused],
    ['dcc_rej_overload', counts.busy],
    ['dcc_compile_ok', counts.ok],
    ['dcc_compile_error', counts['compile-failed']],
    ['dcc_compile_timeout', counts.timeout],
    ['dcc_cli_disconnect', counts['client-gone']],
    ['dcc_other', counts.other + counts.denied],
    ['dcc_longest_job', word(longest.source)],
    ['dcc_longest_job_compiler', word(longest.compiler)],
    ['dcc_longest_job_time_msecs', longest.elapsedMs],
    ['dcc_max_kids', jobs],
    ...numbered(
      'dcc_avg_kids',
      windows.map(({ busyMs }, index) => Math.round(busyMs / (WINDOWS_MS[index] ?? 1))),
    ),
    ['dcc_current_load', slots.running],
    ...numbered(
      'dcc_load',
      os.loadavg().map((load) => load.toFixed(2)),
    ),
    ...numbered(
      'dcc_num_compiles',
      windows.map(({ count }) => count),
    ),
    ['dcc_num_procstate_D', 0],
    ['dcc_max_RSS', Math.round(process.memoryUsage.rss() / 1024)],
    ['dcc_max_RSS_name', '(distccd)'],
    ['dcc_io_rate', -1],
    ['dcc_free_space', `${megabytes(freeSpace())} MB`],
    ['dcc_free_mem', `${megabytes(source.freeMemoryBytes())} MB`],
  ];
  const lines = rows.map(([key, value]) => `${key} ${value}`);
  return ['argv /distccd', '<distccstats>', ...lines, '</distccstats>', ''].join('\n');
}

function numbered(name: string, values: readonly (string | number)[]) {
  return values.map((value, index) => [`${name}${index + 1}`, value] as const);
}

function sumOf(stats: Stats, ms: number) {
  const spans = stats.since(ms);
  const count = spans.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
  return { count, busyMs: spans.reduce((sum, span) => sum + span.busyMs, 0) };
}

/** One word on one line, whatever a client calls its files. */
function word(text: string): string {
  return text.replace(/[\s\p{Cc}]/gu, '_');
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

function freeSpace(): number {
  try {
    const { bavail, bsize } = fs.statfsSync(os.tmpdir());
    return bavail * bsize;
  } catch {
    return 0;
  }
}
