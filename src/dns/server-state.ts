import { formatAddress } from '../net/index.ts';
import type { RoundTrip } from './round-trip.ts';
import type { NameServer } from './types.ts';

/** Sendings in a row without an answer after which the next question starts with another server. */
const MISSES_OF_A_DEAD_SERVER = 3;

/** A server, and what is known of it. */
export interface ServerState {
  readonly server: NameServer;
  readonly roundTrip: RoundTrip;
  missCount: number;
}

/** Where it is asked, for messages: `127.0.0.1:53`. */
export function nameOf({ server }: ServerState): string {
  return formatAddress(server.address, server.port);
}

/** In the order given, but not starting with a server that has been silent of late. */
export function bestFirst(servers: readonly ServerState[]): readonly ServerState[] {
  if ((servers[0]?.missCount ?? 0) < MISSES_OF_A_DEAD_SERVER) return servers;
  const first = servers.findIndex((state) => state.missCount < MISSES_OF_A_DEAD_SERVER);
  return first <= 0 ? servers : [...servers.slice(first), ...servers.slice(0, first)];
}
