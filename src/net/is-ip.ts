/** A number from 0 to 255, as an IPv4 address has four of. */
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);

/**
 * What kind of an address literal a text is, as node:net's function of that name tells; 0 is none. That
 * module is loaded for what may be IPv6 alone: it costs distcc as much as the rest of its start.
 */
export function isIP(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4;
  if (!text.includes(':')) return 0;
  return process.getBuiltinModule('node:net').isIPv6(text) ? 6 : 0;
}
