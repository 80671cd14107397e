import { isReached } from './compare.ts';
import type { Row } from './compare.ts';
import type { Metric } from './scenarios.ts';

const WIDTHS = [48, 11, 11, 11, 6, 0] as const;

/** The lines above the table. */
export function renderHead(): string[] {
  return [
    'One daemon for all, the original’s, on loopback; clients by turns, medians; ratio: the executable to the original',
    'CPU: user and system of the command and all it waits for (preprocessors too), and of our broker',
    '',
    line(['', 'original', 'Node', 'executable', 'ratio', ' wanted']),
  ];
}

/** One row as a line of the table. */
export function renderRow(row: Row): string {
  const { metric, medians, ratio } = row;
  const show = (value: number): string => `${value.toFixed(digits(value))} ${metric.unit}`;
  return line([
    metric.name,
    show(medians.original),
    show(medians.node),
    show(medians.executable),
    ratio.toFixed(2),
    wantedText(metric) + (isReached(row) ? '' : ' MISSED'),
  ]);
}

function wantedText({ wanted, wantedRatio, unit }: Metric): string {
  if (wantedRatio !== undefined) return ` ≤ ${wantedRatio}`;
  return wanted === undefined ? '' : ` ≤ ${wanted} ${unit}`;
}

function digits(value: number): number {
  return value < 10 ? 2 : value < 100 ? 1 : 0;
}

function line([name = '', ...cells]: readonly string[]): string {
  const rest = cells.map((cell, column) => cell.padStart(WIDTHS[column + 1] ?? 0));
  return [name.padEnd(WIDTHS[0]), ...rest].join('  ').trimEnd();
}
