import type { Machine } from './pool.ts';

/** A machine that a job may go to, by the limit that the job's own list gives it. */
export interface Option {
  readonly machine: Machine;
  readonly limit: number;
}

/** What a choice depends on. */
export interface Demand {
  /** The job's length. */
  readonly bytes: number;
  /** Jobs that wait, this one included. */
  readonly waiting: number;
  /** Uniform in [0, 1): machines that are alike take turns. */
  readonly random: () => number;
}

/** Machines that differ by less are alike. */
const JITTER = 0.1;

/** Nobody waits for a machine that is not clearly quicker: when its slots free is a guess. */
const CLEARLY_QUICKER = 1.5;

/**
 * The machine with a free slot where a job ends first, or undefined when waiting for a slot of a quicker
 * one ends sooner. A machine that has done nothing yet counts as quick as the best: so it is tried.
 */
export function chooseOption<T extends Option>(
  options: readonly T[],
  demand: Demand,
): T | undefined {
  const trusted = options.filter(({ machine }) => !machine.isSuspect);
  const usable = trusted.length > 0 ? trusted : options;
  const timed = usable.map((option) => ({ option, ms: expect(option, usable, demand) }));
  const free = timed.filter(({ option }) => option.machine.taken.size < option.limit);
  const scored = free.map((each) => ({ ...each, score: score(each, demand) }));
  const best = scored.reduce<(typeof scored)[number] | undefined>(
    (first, each) => (first === undefined || each.score < first.score ? each : first),
    undefined,
  );
  if (best === undefined) return undefined;
  return best.ms > waitMs(timed, best.ms, demand) ? undefined : best.option;
}

/** The emptier of two equal machines comes first. */
function score({ option, ms }: { option: Option; ms: number }, { random }: Demand): number {
  const load = option.machine.taken.size / option.limit;
  return ms * (1 + load) * (1 + JITTER * random());
}

function expect(option: Option, all: readonly Option[], { bytes }: Demand): number {
  return option.machine.expectMs(bytes) ?? quickest(all, bytes);
}

function quickest(options: readonly Option[], bytes: number): number {
  const known = options
    .map(({ machine }) => machine.expectMs(bytes))
    .filter((ms) => ms !== undefined);
  return known.length === 0 ? 1 : Math.min(...known);
}

/**
 * How long until everybody who waits would be done on the quicker machines alone: they free so many
 * slots in so much time. A slow machine is worth a job only if it is done before that.
 */
function waitMs(
  timed: readonly { readonly option: Option; readonly ms: number }[],
  slowMs: number,
  { waiting }: Demand,
): number {
  const quicker = timed.filter(({ ms }) => ms * CLEARLY_QUICKER < slowMs);
  if (quicker.length === 0) return Infinity;
  const slotsPerMs = quicker.reduce((sum, { option, ms }) => sum + option.limit / ms, 0);
  return waiting / slotsPerMs + Math.min(...quicker.map(({ ms }) => ms));
}
