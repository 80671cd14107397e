import { ArgumentError } from '../errors/index.ts';
import { canonicalAddress, isIP, plainAddress } from '../net/index.ts';
import type { NameServer } from './types.ts';

/** RFC 1035, section 4.2. */
export const DNS_PORT = 53;

/** IPv4 before IPv6, in the order given otherwise, each once. */
export function sortAddresses(addresses: readonly string[]): string[] {
  if (addresses.length === 1) return addresses.map(canonicalAddress);
  const each = [...new Set(addresses.map(canonicalAddress))];
  return [...each.filter((one) => isIP(one) === 4), ...each.filter((one) => isIP(one) !== 4)];
}

/**
 * Read the value of `--dns-server`.
 * @param text - `10.0.0.1`, `127.0.0.1:5353`, `::1`, `[::1]`, `[::1]:5353`; the port is 53 otherwise
 * @throws {ArgumentError} when it is no address, or the port is not 1 to 65535
 */
export function parseNameServer(text: string): NameServer {
  const [address = '', digits] = isIP(text) === 6 ? [text] : splitPort(text);
  const port = digits === undefined ? DNS_PORT : Number(digits);
  if (isIP(address) === 0 || port < 1 || port > 65_535) {
    throw new ArgumentError(
      `Cannot read the DNS server "${text}": want ADDRESS or ADDRESS:PORT, like 127.0.0.1:5353 or [::1]:53`,
    );
  }
  return { address: serverAddress(address), port };
}

/** IPv6 in brackets, IPv4 bare; no address where the text is neither. */
function splitPort(text: string): (string | undefined)[] {
  const match = /^(?:\[([^\]]*:[^\]]*)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text);
  return [match?.[1] ?? match?.[2], match?.[3]];
}

/** An IPv4-mapped server is asked by IPv4: an IPv6-only socket cannot reach it. */
function serverAddress(host: string): string {
  const plain = plainAddress(host);
  return isIP(plain) === 4 ? plain : canonicalAddress(host);
}
