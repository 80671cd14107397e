import type { ExecutionContext } from 'ava';
import { createResolver } from '../../src/dns/index.ts';
import type { NameServer, Resolver, ResolverOptions } from '../../src/dns/index.ts';

/** A resolver that asks only these servers, and is closed with the test. */
export function makeResolver(
  t: Pick<ExecutionContext, 'teardown'>,
  servers: readonly NameServer[],
  options: Partial<ResolverOptions> = {},
): Resolver {
  const nothing = { search: [], ndots: 1, hosts: new Map<string, readonly string[]>() };
  const timeoutMs = 30_000; // a loaded machine is no dead server
  const resolver = createResolver({ servers, timeoutMs, ...nothing, ...options });
  t.teardown(() => {
    resolver.close();
  });
  return resolver;
}

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;
