import type { Candidate } from '../discovery/index.ts';
import type { Verdict } from '../probing/index.ts';

/** What became of one candidate: a line of every report. Times in milliseconds, absent where unknown. */
export interface Row {
  readonly candidate: Candidate;
  readonly verdict: Verdict;
  /** Why, in one line; absent for `up`. */
  readonly reason?: string;
  /** The address that was asked. */
  readonly address?: string;
  readonly dnsMs?: number;
  readonly connectMs?: number;
  /** From the request to the whole answer; the median, when asked more than once. */
  readonly compileMs?: number;
  /** From the candidate's discovery to its verdict. */
  readonly totalMs: number;
  /** How the object's compiler calls itself. */
  readonly compiler?: string;
  /** What the object is for: `x86_64`. */
  readonly target?: string;
}

/** Whether a row is a host to build on. */
export function isUp(row: Row): boolean {
  return row.verdict === 'up';
}
