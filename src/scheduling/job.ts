import type { Farm } from './farm.ts';
import type { Grant, JobStatus, Phase } from './messages.ts';
import type { Machine } from './pool.ts';

/** A slot that a job holds. */
export interface Held {
  readonly machine: Machine;
  readonly slot: number;
  readonly sinceMs: number;
  /** What the time there says of the machine: of a preprocessor's, nothing. */
  readonly kind: 'host' | 'here' | 'preprocessor';
  /** Goes off when an answer is overdue. */
  readonly timer?: NodeJS.Timeout;
}

/** What a job waits for. */
export type Wait =
  | { readonly for: 'begin' }
  | { readonly for: 'here'; readonly why: string }
  | { readonly for: 'host' };

/** One client, as the broker sees it. */
export interface Job {
  readonly pid: number;
  readonly file: string;
  readonly compiler: string;
  readonly farm: Farm;
  readonly send: (grant: Grant) => void;
  /** How long its text is, once that is known. */
  bytes: number;
  phase: Phase;
  phaseSinceMs: number;
  wait: Wait | undefined;
  readonly held: Held[];
  /** Machines that had their chance. */
  readonly tried: Set<Machine>;
  /** Its host should have answered by now. */
  isLate: boolean;
  /** It is done, and compiled once more to be compared. */
  isAudit: boolean;
}

/** Whether a job could do with a second host. */
export function isLateAtOneHost({ isLate, held }: Job): boolean {
  return isLate && held.filter(({ kind }) => kind === 'host').length === 1;
}

/** What the monitor shows of a job. */
export function statusOf(job: Job, nowMs: number): JobStatus {
  const held = job.held.at(-1);
  return {
    pid: job.pid,
    file: job.file,
    phase: job.phase,
    host: held?.machine.name ?? '',
    slot: held?.slot ?? 0,
    phaseMs: Math.round(nowMs - job.phaseSinceMs),
  };
}
