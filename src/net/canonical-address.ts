import { isIP } from './is-ip.ts';

/**
 * One spelling for each address: IPv6 as RFC 5952 writes it, its zone kept. By URL, which is the same in every
 * runtime: Bun's SocketAddress leaves the text as it is.
 * @param address - an address literal; other text is given back
 */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const [plain = '', zone] = address.split('%');
  const short = new URL(`tcp://[${plain}]`).hostname.slice(1, -1);
  const canonical = withDots(short);
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}

/** `::ffff:127.0.0.1` for `::ffff:7f00:1`. */
function withDots(address: string): string {
  const groups = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(address)?.slice(1);
  if (groups === undefined) return address;
  const bytes = groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
  return `::ffff:${bytes.join('.')}`;
}
