import { isIP } from '../net/index.ts';

/**
 * Whether two addresses share their first bits.
 * @param bits - 1 to 32 for IPv4, to 128 for IPv6; more than a family has means the whole address
 */
export function isSameNetwork(left: string, right: string, bits: number): boolean {
  const family = isIP(left) === 6 ? 'ipv6' : 'ipv4';
  if ((isIP(right) === 6) !== (family === 'ipv6')) return false;
  const network = new (process.getBuiltinModule('node:net').BlockList)();
  network.addSubnet(withoutZone(left), Math.min(bits, family === 'ipv6' ? 128 : 32), family);
  return network.check(withoutZone(right), family);
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}
