/** How long a ticket is good at most, and after which all are void. */
const PERIOD_MS = 3_600_000;

/**
 * The number of the hour: tickets of one are void in the next, on both sides, so that every hour each
 * side shows its certificate again and its whole chain is checked.
 * @param nowMs - milliseconds since 1970
 */
export function periodOf(nowMs: number): number {
  return Math.floor(nowMs / PERIOD_MS);
}

/** When a period ends, in milliseconds since 1970. */
export function endOfPeriod(period: number): number {
  return (period + 1) * PERIOD_MS;
}
