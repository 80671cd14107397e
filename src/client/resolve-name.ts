import { createResolver, readSystemConfig } from '../dns/index.ts';
import type { Resolution } from '../dns/index.ts';

/** Look a host's name up, once. */
export async function resolveName(name: string, signal: AbortSignal): Promise<Resolution> {
  const resolver = createResolver(await readSystemConfig());
  try {
    return await resolver.resolve(name, { signal });
  } finally {
    resolver.close();
  }
}
