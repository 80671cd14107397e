import { isUp } from './row.ts';
import type { Row } from './row.ts';

/** How a list is ordered. `found` is as the verdicts came, `source` as the sources had it. */
export const sortOrders = ['speed', 'name', 'found', 'source'] as const;

/** One of {@link sortOrders}. */
export type SortOrder = (typeof sortOrders)[number];

/**
 * Order rows for a list: good hosts first, then the rest.
 * @param rows - as found
 */
export function rank(rows: readonly Row[], order: SortOrder): Row[] {
  const compare = comparisons[order];
  return [...rows].sort(
    (left, right) => Number(isUp(right)) - Number(isUp(left)) || compare(left, right),
  );
}

type Compare = (left: Row, right: Row) => number;

let names: Intl.Collator | undefined;

const byName: Compare = (left, right) =>
  (names ??= new Intl.Collator('en', { numeric: true })).compare(
    left.candidate.name,
    right.candidate.name,
  );

const comparisons = {
  speed: (left, right) => speedOf(left) - speedOf(right) || byName(left, right),
  name: byName,
  found: () => 0,
  source: (left, right) =>
    left.candidate.source.localeCompare(right.candidate.source) ||
    left.candidate.order - right.candidate.order,
} satisfies Record<SortOrder, Compare>;

/** As a user of the host would wait: its connection and its compilation. */
function speedOf(row: Row): number {
  return row.connectMs === undefined ? Number.MAX_VALUE : row.connectMs + (row.compileMs ?? 0);
}
