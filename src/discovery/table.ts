import { discoverList } from './list.ts';
import { discoverMdns } from './mdns.ts';
import { discoverPattern } from './pattern.ts';
import { discoverSrv } from './srv.ts';
import type { Discover, DiscoverySource } from './types.ts';

/** Every way to find hosts: a source without an entry is a type error. */
export const discoverers = {
  pattern: discoverPattern,
  list: discoverList,
  srv: discoverSrv,
  mdns: discoverMdns,
} as const satisfies Record<DiscoverySource, Discover>;
