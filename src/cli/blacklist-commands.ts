import { openBlacklist } from '../blacklist/index.ts';
import { ArgumentError } from '../errors/index.ts';
import { formatAddress } from '../net/index.ts';
import { isSshKey, sshKey } from '../ssh/index.ts';
import { readHost } from './lsdistcc-sources.ts';
import { print } from './print.ts';
import { makeResolver } from '../vetting/index.ts';

/** `--blacklist`: a line for each host that is left alone, tab-separated: host, failures, seconds, why. */
export function showBlacklist(): void {
  const lines = openBlacklist(process.env)
    .list()
    .map((record) => {
      const seconds = Math.ceil((record.until - Date.now()) / 1000);
      const { address, port } = record;
      const host = isSshKey(address) ? address : formatAddress(address, port);
      return `${host}\t${record.failures}\t${seconds}\t${record.reason}\n`;
    });
  print(lines.join(''));
}

/** How hosts are named to {@link forgive}. */
type ForgiveOptions = Parameters<typeof makeResolver>[0] & { readonly port: number | undefined };

/**
 * `--forgive`: take hosts off the blacklist, by name or address; `all` clears it.
 * @param options - the port of hosts that name none (all their ports), and who is asked for names
 * @throws {ArgumentError} when a text is no host, or a name has no address
 */
export async function forgive(
  hosts: readonly string[],
  options: ForgiveOptions,
  signal: AbortSignal,
): Promise<void> {
  const blacklist = openBlacklist(process.env);
  if (hosts.includes('all')) {
    blacklist.forgiveAll();
    return;
  }
  const resolver = await makeResolver(options);
  try {
    for (const text of hosts) {
      const spec = readHost(text);
      if (spec.kind === 'ssh') {
        blacklist.forgive(sshKey(spec), 0);
        continue;
      }
      if (spec.kind !== 'tcp')
        throw new ArgumentError(`Cannot forgive "${text}": want HOST[:PORT] or [USER]@HOST`);
      const resolution = await resolver.resolve(spec.host, { signal });
      if (resolution.kind !== 'addresses') {
        throw new ArgumentError(`Cannot forgive "${text}": ${resolution.kind}`);
      }
      const isOwn = spec.isTls || /:\d+(?=[/,]|$)/.test(text);
      const own = isOwn ? spec.port : options.port;
      for (const address of resolution.addresses) blacklist.forgive(address, own);
    }
  } finally {
    resolver.close();
  }
}
