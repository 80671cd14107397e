export { discoverList } from './list.ts';
export { wantedOf } from './list-sources.ts';
export { discoverAll } from './discover-all.ts';
export type { Wanted } from './discover-all.ts';
export { isPattern, parsePattern } from './parse-pattern.ts';
export type { Pattern } from './parse-pattern.ts';
export { MDNS_SERVICE, MDNS_TLS_SERVICE, MDNS_WAIT_MS, mdnsSubtype } from './mdns-names.ts';
export type { MdnsOptions } from './mdns.ts';
export { discoverPattern } from './pattern.ts';
export { isPlainName } from './plain-name.ts';
export { discoverSrv } from './srv.ts';
export type { AdvertisedToolchain } from './service-text.ts';
export { discoverers } from './table.ts';
export type {
  Candidate,
  CandidateSpec,
  Discover,
  DiscoverOptions,
  DiscoverySource,
  DiscoveryWarning,
} from './types.ts';
