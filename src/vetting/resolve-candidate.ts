import type { Candidate } from '../discovery/index.ts';
import type { Resolution } from '../dns/index.ts';
import { isIP } from '../net/index.ts';
import type { ProbeResult } from '../probing/index.ts';
import type { Run } from './judge-candidate.ts';

/** What is known of a name, and how long that took. */
export interface Resolved {
  readonly resolution: Resolution;
  readonly dnsMs: number | undefined;
}

/** What nobody has to be asked for. */
export function knownResolution({ resolution, dnsMs, name, ssh }: Candidate): Resolved | undefined {
  if (resolution !== undefined) return { resolution, dnsMs };
  // ssh has aliases of its own, and its host keys belong to names.
  if (ssh !== undefined) return { resolution: itself(name), dnsMs };
  return undefined;
}

function itself(name: string): Resolution {
  return { kind: 'addresses', addresses: [name] };
}

/** Look a name up; where the run's time is over, it had no answer in time. */
export async function resolve(candidate: Candidate, run: Run): Promise<Resolved> {
  const startedAtMs = performance.now();
  try {
    const { signal, allAddresses: wantsAll } = run;
    const found = await run.resolver.resolve(candidate.name, { signal, wantsAll });
    return { resolution: found, dnsMs: performance.now() - startedAtMs };
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    // An address is no server's business: who asks there will find that it is too late.
    const { name } = candidate;
    const resolution: Resolution = isIP(name) === 0 ? { kind: 'dns-timeout' } : itself(name);
    return { resolution, dnsMs: undefined };
  }
}

/** The verdict on a name that leads nowhere. */
export function judgeResolution(
  { name }: Candidate,
  resolution: Exclude<Resolution, { kind: 'addresses' }>,
): ProbeResult {
  const reasons = {
    'no-such-name': `The DNS has no address for "${name}"`,
    'dns-timeout': `No DNS server answered for "${name}" in time`,
    'dns-failed': resolution.kind === 'dns-failed' ? resolution.reason : '',
  };
  return { verdict: resolution.kind, reason: reasons[resolution.kind] };
}
