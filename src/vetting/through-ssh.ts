import type { Candidate, CandidateSpec } from '../discovery/index.ts';
import type { SshHost } from '../hosts/index.ts';
import { DEFAULT_LIMIT } from '../hosts/index.ts';
import { sshKey } from '../ssh/command.ts';

/**
 * A candidate of any source as one that is reached through ssh (`lsdistcc --ssh`): by its name, which ssh
 * looks up and knows the key of; its port is distccd's and means nothing to ssh. One that has no address is
 * left as it is.
 */
export function throughSsh(candidate: Candidate): Candidate {
  const { ssh, resolution } = candidate;
  const isFound = resolution === undefined || resolution.kind === 'addresses';
  if (ssh !== undefined || !isFound) return candidate;
  const host = sshHost(nameFor(candidate), candidate.spec ?? {});
  return { ...candidate, name: sshKey(host), port: 0, ssh: host };
}

/** Few resolvers know the names of multicast DNS. */
function nameFor({ name, source, resolution }: Candidate): string {
  const address = resolution?.kind === 'addresses' ? resolution.addresses[0] : undefined;
  return source === 'mdns' && address !== undefined ? address : name.replace(/\.$/, '');
}

function sshHost(host: string, { limit, compression, preprocessAt }: CandidateSpec): SshHost {
  return {
    ...{ kind: 'ssh', host, isDown: false, text: '' },
    ...{ limit: limit ?? DEFAULT_LIMIT, isLimitGiven: limit !== undefined },
    ...{ compression: compression ?? 'none', preprocessAt: preprocessAt ?? 'client' },
  };
}
