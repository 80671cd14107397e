export { findHostList } from './host-list.ts';
export { makeLog } from './log.ts';
export type { Log } from './log.ts';
export { findMasqueradedCompiler } from './masquerade.ts';
export { runJob } from './run-job.ts';
export type { JobContext } from './run-job.ts';
export { readSettings } from './settings.ts';
export type { Settings } from './settings.ts';
