import type { Effort } from '../bench.ts';
import type { Picture } from '../page/index.ts';
import type { Farm } from './farm.ts';

const SIZES = [100, 400, 5000];
const DELAYS_MS = [0, 2, 10];
const LOSSES = [0, 0.05, 0.2];
const FAULTS = [
  { hasStuck: false, hasClosing: false },
  { hasStuck: true, hasClosing: false },
  { hasStuck: false, hasClosing: true },
];

/** The farms of a run. */
export function farmsOf(effort: Effort): readonly Farm[] {
  if (effort === 'quick') return quick;
  return effort === 'full' ? [...pictured, ...everyFarm()] : [...pictured, ...usual];
}

/** How often a program may run in one row: it starts no further run once this much time is spent. */
export const budgets: Readonly<Record<Effort, { readonly maxRuns: number; readonly ms: number }>> =
  {
    quick: { maxRuns: 3, ms: 1500 },
    default: { maxRuns: 15, ms: 3000 },
    full: { maxRuns: 5, ms: Infinity },
  };

/** What the ratio to the original may be at most (`--verify=status`), where something is promised. */
export function wantedRatio(farm: Farm): number | undefined {
  if (farm.hostCount !== 400 || farm.hasStuck || farm.hasClosing) return undefined;
  if (farm.dnsLoss > 0) return farm.dnsLoss < 0.05 ? undefined : 0.1;
  return { 0: 1, 2: 0.35, 10: 0.15 }[farm.dnsDelayMs];
}

/** DNS answers after 2 ms in both. */
export const pictures: readonly Picture[] = [
  {
    name: 'lsdistcc-size',
    title: 'Vetting a farm: time against its size (DNS answers after 2 ms, nothing is lost)',
    ...{
      xName: 'hosts in the farm (the original knows 500 at most)',
      yName: 'wall time, ms (log scale)',
    },
  },
  {
    name: 'lsdistcc-loss',
    title: 'Vetting 400 hosts: time against loss (DNS answers after 2 ms)',
    ...{ xName: 'DNS exchanges lost, %', yName: 'wall time, ms (log scale)' },
  },
];

/** Where a farm stands in the {@link pictures}. */
export function pointsOf(farm: Farm): Record<string, number> {
  const { hostCount, dnsDelayMs, dnsLoss, hasStuck, hasClosing } = farm;
  if (dnsDelayMs !== 2 || hasStuck || hasClosing) return {};
  return {
    ...(dnsLoss === 0 && { 'lsdistcc-size': hostCount }),
    ...(hostCount === 400 && { 'lsdistcc-loss': dnsLoss * 100 }),
  };
}

/** The servers meet their first thousand clients here, before anything is measured. */
export const warmUp = farm(400, 0, 0);

const quick = [
  farm(10, 2, 0),
  farm(100, 2, 0),
  farm(400, 0, 0),
  farm(400, 2, 0),
  farm(400, 10, 0),
  farm(400, 2, 0.05),
  farm(400, 2, 0.2),
  farm(5000, 2, 0),
];

/** Points that the pictures need and nothing else does. */
const pictured = [
  farm(10, 2, 0),
  farm(30, 2, 0),
  farm(1000, 2, 0),
  farm(400, 2, 0.01),
  farm(400, 2, 0.1),
];

const usual = [
  farm(100, 0, 0),
  farm(100, 2, 0),
  farm(100, 10, 0),
  farm(100, 2, 0.05),
  farm(400, 0, 0),
  farm(400, 2, 0),
  farm(400, 10, 0),
  farm(400, 0, 0.05),
  farm(400, 2, 0.05),
  farm(400, 10, 0.05),
  farm(400, 2, 0.2),
  farm(400, 0, 0, { hasStuck: true }),
  farm(400, 0, 0, { hasClosing: true }),
  farm(400, 2, 0.05, { hasStuck: true, hasClosing: true }),
  farm(5000, 0, 0),
  farm(5000, 2, 0),
  farm(5000, 10, 0),
  farm(5000, 2, 0.05),
  farm(5000, 2, 0.2),
  farm(5000, 2, 0.05, { hasStuck: true, hasClosing: true }),
];

function everyFarm(): Farm[] {
  return SIZES.flatMap((hostCount) =>
    FAULTS.flatMap((faults) =>
      LOSSES.flatMap((dnsLoss) =>
        DELAYS_MS.map((dnsDelayMs) => farm(hostCount, dnsDelayMs, dnsLoss, faults)),
      ),
    ),
  );
}

function farm(
  hostCount: number,
  dnsDelayMs: number,
  dnsLoss: number,
  faults: Partial<Pick<Farm, 'hasStuck' | 'hasClosing'>> = {},
): Farm {
  return { hostCount, dnsDelayMs, dnsLoss, hasStuck: false, hasClosing: false, ...faults };
}
