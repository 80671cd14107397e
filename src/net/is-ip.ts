/** A number from 0 to 255, as an IPv4 address has four of. */
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);
/** What an IPv6 address and its zone are written with: URL, which reads the address, would skip some others. */
const IPV6 = /^(?<plain>[\da-f:.]+)(?:%[\da-z.:-]+)?$/i;

/**
 * What kind of an address literal a text is, as node:net's function of that name tells; 0 is none. That
 * module is not loaded for it: it costs as much as half the start of a program.
 */
export function isIP(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4;
  if (!text.includes(':')) return 0;
  const plain = IPV6.exec(text)?.groups?.['plain'];
  return plain !== undefined && URL.canParse(`tcp://[${plain}]`) ? 6 : 0;
}
