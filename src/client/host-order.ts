import type { HostList, HostSpec } from '../hosts/index.ts';

/**
 * The hosts in the order this job tries them. Without anybody who knows what other jobs do, chance
 * spreads them: a host with twice the limit comes first twice as often.
 * @param random - uniform in [0, 1)
 */
export function orderHosts(list: Pick<HostList, 'hosts'>, random: () => number): HostSpec[] {
  const usable = list.hosts.filter((host) => host.kind === 'local' || !host.isDown);
  // Each host draws random^(1/limit); the largest first is a draw weighted by limit, without replacement.
  const drawn = usable.map((host) => ({ host, key: random() ** (1 / host.limit) }));
  return drawn.sort((left, right) => right.key - left.key).map(({ host }) => host);
}
