/** What is wrong with a host. `stuck` takes the connection and never answers; `closing` ends it at once. */
export type HostFault = 'none' | 'stuck' | 'closing';

/** What the two servers of the laboratory play. */
export interface Farm {
  readonly hostCount: number;
  /** Before each DNS answer. */
  readonly dnsDelayMs: number;
  /** Of DNS exchanges, from 0 to 1: the question or its answer is lost. */
  readonly dnsLoss: number;
  /** One host in twenty is stuck. */
  readonly hasStuck: boolean;
  /** One host in ten closes at once. */
  readonly hasClosing: boolean;
}

/** The pattern of the farm's names: complete as they are, so that no search list asks twice. */
export const NAME_PATTERN = 'bench%d.lab';

/** @param index - from 1 */
export function nameOfHost(index: number): string {
  return NAME_PATTERN.replace('%d', String(index));
}

/** @returns the index of a name of the pattern, or undefined */
export function hostOfName(name: string): number | undefined {
  const digits = /^bench([1-9]\d{0,4})\.lab$/i.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The four bytes of a host's loopback address. */
export function addressOfHost(index: number): readonly [number, number, number, number] {
  return [127, 1, index >> 8, index & 255];
}

/** @param address - `127.1.0.7` */
export function hostOfAddress(address: string): number {
  const [, , high = 0, low = 0] = address.split('.').map(Number);
  return high * 256 + low;
}

/** What is wrong with a host of a farm; nobody is both. */
export function faultOfHost(index: number, farm: Pick<Farm, 'hasStuck' | 'hasClosing'>): HostFault {
  if (farm.hasStuck && index % 20 === 7) return 'stuck';
  return farm.hasClosing && index % 10 === 3 ? 'closing' : 'none';
}

/** The names that a right answer holds. */
export function goodNames(farm: Farm): Set<string> {
  const indices = Array.from({ length: farm.hostCount }, (_, index) => index + 1);
  return new Set(indices.filter((index) => faultOfHost(index, farm) === 'none').map(nameOfHost));
}
