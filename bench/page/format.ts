import type { Judgement } from './compare.ts';
import { formatFigure } from './format-figure.ts';
import type { Row, Unit } from './results.ts';

/** `1.31 × original, wanted at most 1.2`. */
export function formatJudgement({ wanted, to, value }: Judgement, unit: Unit): string {
  const { program, kind, atMost, atLeast } = wanted;
  const limit = atMost === undefined ? `at least ${atLeast ?? ''}` : `at most ${atMost}`;
  const found = formatFigure(value);
  switch (kind) {
    case 'value':
      return `${program} ${found} ${unit}, wanted ${limit} ${unit}`;
    case 'ratio':
      return `${program} ${found} × ${to}, wanted ${limit}`;
    case 'difference':
      return `${program} ${found} ${unit} more than ${to}, wanted ${limit} ${unit}`;
  }
}

/** The programs of some rows, the baseline first. */
export function programsOf(rows: readonly Row[], baseline: string): string[] {
  const names = rows.flatMap(({ samples, remarks = {} }) => [
    ...Object.keys(samples),
    ...Object.keys(remarks),
  ]);
  return [...new Set([baseline, ...names])];
}
