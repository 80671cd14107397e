import { createResolver, readSystemConfig } from '../dns/index.ts';
import { ConnectError } from '../errors/index.ts';

/**
 * Look a host's name up.
 * @returns its addresses, at least one
 * @throws {ConnectError} when it has none, or nobody says so in time
 */
export async function resolveName(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = createResolver(await readSystemConfig());
  try {
    const resolution = await resolver.resolve(name, { signal });
    if (resolution.kind === 'addresses') return resolution.addresses;
    throw new ConnectError(`Cannot resolve "${name}": ${resolution.kind}`);
  } finally {
    resolver.close();
  }
}
