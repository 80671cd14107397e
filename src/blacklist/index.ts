export { Blacklist } from './blacklist.ts';
export type { BlacklistOptions } from './blacklist.ts';
export { openBlacklist } from './open-blacklist.ts';
export { BACKOFF_CAP_MS, BACKOFF_PERIOD_MS, BENCH_MS } from './record.ts';
export type { BackoffRecord } from './record.ts';
