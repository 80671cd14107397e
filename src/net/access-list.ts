import type { BlockList } from 'node:net';
import { ArgumentError } from '../errors/index.ts';
import { isIP } from './is-ip.ts';

/** What `--allow-private` allows (distccd(1)); IPv6 loopback included, which 3.4 misses. */
export const PRIVATE_NETWORKS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  'fe80::/10',
  'fc00::/7',
  '::1/128',
] as const;

/** Who may talk to a daemon. */
export interface AccessList {
  /** @param address - as a socket reports it: IPv4, IPv6, zone and IPv4-mapped forms included */
  allows(address: string): boolean;
}

/**
 * Read the values of `--allow`.
 * @param networks - `ADDR` or `ADDR/BITS`, IPv4 or IPv6
 * @throws {ArgumentError} when one is neither
 */
export function parseAccessList(networks: readonly string[]): AccessList {
  const { BlockList } = process.getBuiltinModule('node:net'); // distcc does without that module
  const list = new BlockList();
  for (const network of networks) addNetwork(list, network);
  return {
    allows: (address) => {
      const plain = plainAddress(address);
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', bits, ...rest] = network.split('/');
  const plain = plainAddress(address);
  const family = isIP(plain);
  const width = family === 6 ? 128 : 32;
  const prefix = bits === undefined ? width : readPrefix(bits, family === 4 && plain !== address);
  if (family === 0 || rest.length > 0 || !(prefix <= width)) {
    throw new ArgumentError(
      `Cannot read the network "${network}": want an address or ADDRESS/BITS, like 192.168.0.0/16`,
    );
  }
  list.addSubnet(plain, prefix, family === 6 ? 'ipv6' : 'ipv4');
}

/** The bits before an IPv4-mapped address may be counted or not: `::ffff:10.0.0.0/104` is its `/8`. */
function readPrefix(bits: string, isMapped: boolean): number {
  if (!/^\d{1,3}$/.test(bits)) return NaN;
  const prefix = Number(bits);
  return isMapped && prefix >= 96 ? prefix - 96 : prefix;
}

/** Without zone, and as IPv4 where it is an IPv4-mapped form: the same machine either way. */
export function plainAddress(address: string): string {
  const [withoutZone = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone);
  return mapped?.[1] ?? withoutZone;
}
