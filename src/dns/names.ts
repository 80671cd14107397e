import { canonicalAddress, isIP } from '../net/index.ts';
import { sortAddresses } from './address.ts';
import type { Resolution, SystemConfig } from './types.ts';

/** RFC 1035, section 2.3.4; 253 is what the 255 bytes on the wire leave for text. */
const MAX_NAME_LENGTH = 253;
const LABEL = String.raw`[\x21-\x2d\x2f-\x7e]{1,63}`;
const HOST_NAME = new RegExp(
  String.raw`^(?=.{1,${MAX_NAME_LENGTH}}\.?$)${LABEL}(?:\.${LABEL})*\.?$`,
);

/** What can be said of a name without asking anybody, or undefined. */
export function resolveLocally(name: string, hosts: SystemConfig['hosts']): Resolution | undefined {
  if (/^[\d.]+$|:/.test(name)) {
    if (isIP(name) !== 0) return { kind: 'addresses', addresses: [canonicalAddress(name)] };
    // Four numbers that are no address: no such top-level domain exists, so nobody is asked.
    if (/^\d+(\.\d+){3}$/.test(name)) return { kind: 'no-such-name' };
  }
  if (!isHostName(name)) return { kind: 'no-such-name' };
  const plain = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  const addresses = hosts.get(plain) ?? (isLocalhost(plain) ? ['127.0.0.1', '::1'] : undefined);
  return addresses && { kind: 'addresses', addresses: sortAddresses(addresses) };
}

/** RFC 6761, section 6.3. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Whether a name can be put into a question: what the codec would write wrongly is not asked. */
export function isHostName(name: string): boolean {
  return HOST_NAME.test(name);
}

/**
 * The full names a name may stand for, in the order the C resolver tries them (resolv.conf(5), ndots).
 * @param name - one that ends with a dot is complete
 */
export function searchNames(
  name: string,
  { search, ndots }: Pick<SystemConfig, 'search' | 'ndots'>,
): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  if (search.length === 0) return [name];
  const within = search.map((domain) => (domain === '' ? name : `${name}.${domain}`));
  const dotCount = name.split('.').length - 1;
  const names = dotCount >= ndots ? [name, ...within] : [...within, name];
  return [...new Set(names)].filter(isHostName);
}
