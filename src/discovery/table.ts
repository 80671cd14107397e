import { discoverList } from './list.ts';
import { discoverPattern } from './pattern.ts';
import { discoverSrv } from './srv.ts';
import type { Discover, DiscoverySource } from './types.ts';

/** Loaded when it is asked for: it needs more than all the others. */
const discoverMdns: Discover = async function* (word, options) {
  const mdns = await import('./mdns.ts');
  yield* mdns.discoverMdns(word, options);
};

/** Every way to find hosts: a source without an entry is a type error. */
export const discoverers = {
  pattern: discoverPattern,
  list: discoverList,
  srv: discoverSrv,
  mdns: discoverMdns,
} as const satisfies Record<DiscoverySource, Discover>;
