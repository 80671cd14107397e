import { formatFigure } from './format-figure.ts';
import type { Row, Wanted } from './results.ts';

/** What became of something that was promised. */
export interface Judgement {
  readonly wanted: Wanted;
  /** What it was compared with. */
  readonly to: string;
  readonly value: number;
  readonly isKept: boolean;
}

/** The middle of some figures, NaN where there are none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (low + (sorted[Math.floor(sorted.length / 2)] ?? NaN)) / 2;
}

/**
 * Compare two programs round by round, since a busy moment of the machine met both; by their medians where
 * one took part in fewer rounds.
 * @returns the median, NaN where one was not measured
 */
export function compareRounds(
  { samples }: Row,
  [program, to]: readonly [string, string],
  compare: (own: number, other: number) => number,
): number {
  const [own, others] = [samples[program] ?? [], samples[to] ?? []];
  if (own.length !== others.length) return compare(medianOf(own), medianOf(others));
  return medianOf(own.map((value, round) => compare(value, others[round] ?? NaN)));
}

/** A program's share of another's. */
export function ratioOf(row: Row, program: string, to: string): number {
  return compareRounds(row, [program, to], (own, other) => own / other);
}

/** Judge what was wanted of a row, as far as it was measured. */
export function judge(row: Row, baseline: string): Judgement[] {
  return (row.wanted ?? []).flatMap((wanted) => {
    const to = wanted.to ?? baseline;
    const value = valueOf(row, wanted, to);
    const { atMost = Infinity, atLeast = -Infinity } = wanted;
    const shown = Number(formatFigure(value)); // or "1.20, wanted at most 1.2" could be a miss
    return Number.isNaN(value)
      ? []
      : [{ wanted, to, value, isKept: shown <= atMost && shown >= atLeast }];
  });
}

function valueOf(row: Row, { program, kind }: Wanted, to: string): number {
  switch (kind) {
    case 'value':
      return medianOf(row.samples[program] ?? []);
    case 'ratio':
      return ratioOf(row, program, to);
    case 'difference':
      return compareRounds(row, [program, to], (own, other) => own - other);
  }
}
