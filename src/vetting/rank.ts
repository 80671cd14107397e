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
  const sort = sorts[order];
  return [...sort(rows.filter(isUp)), ...sort(rows.filter((row) => !isUp(row)))];
}

let names: Intl.Collator | undefined;

function compareNames(left: Row, right: Row): number {
  names ??= new Intl.Collator('en', { numeric: true });
  return names.compare(left.candidate.name, right.candidate.name);
}

const sorts = {
  speed: (rows) =>
    rows
      .map((row) => ({ row, speedMs: speedOf(row) }))
      .sort((left, right) => left.speedMs - right.speedMs || compareNames(left.row, right.row))
      .map(({ row }) => row),
  name: (rows) => rows.sort(compareNames),
  found: (rows) => rows,
  source: (rows) =>
    rows.sort(
      (left, right) =>
        left.candidate.source.localeCompare(right.candidate.source) ||
        left.candidate.order - right.candidate.order,
    ),
} satisfies Record<SortOrder, (rows: Row[]) => Row[]>;

/** As a user of the host would wait: its connection and its compilation. */
function speedOf(row: Row): number {
  return row.connectMs === undefined ? Number.MAX_VALUE : row.connectMs + (row.compileMs ?? 0);
}
