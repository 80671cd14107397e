export { discoverList } from './list.ts';
export { discoverAll } from './merge.ts';
export type { Wanted } from './merge.ts';
export { parsePattern } from './parse-pattern.ts';
export type { Pattern } from './parse-pattern.ts';
export { discoverPattern } from './pattern.ts';
export { discoverers } from './table.ts';
export type {
  Candidate,
  CandidateSpec,
  Discover,
  DiscoverOptions,
  DiscoverySource,
  DiscoveryWarning,
} from './types.ts';
