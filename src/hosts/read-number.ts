/** Above it there is no TCP port. */
export const MAX_PORT = 65_535;

/** Ours: no host has more slots, and sums of limits stay exact. */
export const MAX_LIMIT = 1_000_000;

/**
 * Read a count: decimal digits and nothing else.
 * @returns the number when it lies in 1…maximum
 */
export function readNumber(text: string, maximum: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= 1 && number <= maximum ? number : undefined;
}
