/** Where the objects of a build were compiled. */
export interface Places {
  readonly objectCount: number;
  readonly remoteCount: number;
  /** By host spec, in the order of the list of hosts. */
  readonly remote: ReadonlyMap<string, number>;
}

/**
 * Count what the log of a build's clients (`DISTCC_LOG`) says.
 * @param objectCount - objects that are there after all: what no host compiled was compiled here
 */
export function countPlaces(log: string, objectCount: number): Places {
  const remote = new Map<string, number>();
  for (const [, host = ''] of log.matchAll(/^distcc\[\d+\] compiled on (\S+): exit code 0$/gm)) {
    remote.set(host, (remote.get(host) ?? 0) + 1);
  }
  const remoteCount = [...remote.values()].reduce((sum, count) => sum + count, 0);
  return { objectCount, remoteCount, remote };
}

/**
 * `45 objects: 23 on mydistcc1, 22 on mydistcc2, 0 here`.
 * @param names - by host spec; a host without one is shown by its spec
 */
export function formatPlaces(
  { objectCount, remoteCount, remote }: Places,
  names: ReadonlyMap<string, string>,
): string {
  const counts = [...remote].map(([host, count]) => `${count} on ${names.get(host) ?? host}`);
  const all = [...counts.sort(byName), `${objectCount - remoteCount} here`];
  return `${objectCount} objects: ${all.join(', ')}`;
}

function byName(left: string, right: string): number {
  const nameOf = (text: string): string => text.slice(text.lastIndexOf(' '));
  return nameOf(left) < nameOf(right) ? -1 : 1;
}
