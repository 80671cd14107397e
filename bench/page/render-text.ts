import { judge, medianOf, ratioOf } from './compare.ts';
import { formatFigure } from './format-figure.ts';
import { formatJudgement } from './format.ts';
import type { Row } from './results.ts';

const NAME_WIDTH = 40;

/** A row as lines for a terminal: medians, in brackets the ratio to the baseline; then what was wanted. */
export function renderRow(row: Row, baseline: string): string[] {
  const { name, samples, unit, remarks = {}, faults = [] } = row;
  const cells = Object.entries(samples).map(([program, values]) => {
    const ratio = program === baseline ? NaN : ratioOf(row, program, baseline);
    const share = Number.isNaN(ratio) ? '' : ` (${formatFigure(ratio)})`;
    return `${program} ${formatFigure(medianOf(values))} ${unit}${share}`;
  });
  return [
    [name.padEnd(NAME_WIDTH), ...cells].join('  '),
    ...Object.entries(remarks).map(([program, text]) => `    ${program}: ${text}`),
    ...judge(row, baseline).map(
      (one) => `    ${one.isKept ? 'kept' : 'MISSED'}: ${formatJudgement(one, unit)}`,
    ),
    ...faults.map((fault) => `    WRONG: ${fault}`),
  ];
}
