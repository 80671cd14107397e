import { isIP } from '../net/index.ts';

/** What host names are made of (RFC 952, RFC 1123), and the `_` that some DNS servers allow. */
const PLAIN_NAME = /^\w[\w.-]{0,252}$/;

/**
 * Whether a name is a host's and nothing else to whoever reads the list: no shell, no terminal, no host
 * spec and no file of CI finds a word of its own in it. Records of the network may hold any bytes.
 * @param name - a name, or an IPv4 or IPv6 literal
 */
export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) || isIP(name) === 6;
}

/** A stranger's name, fit for a warning: ASCII without controls, cut where it is longer than any name. */
export function quoteName(name: string): string {
  const text = JSON.stringify(name.slice(0, 253));
  return text.replace(/[^\x20-\x7e]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
