import { ArgumentError } from '../errors/index.ts';
import { isPlainName } from './plain-name.ts';

/** A pattern that has been read: the name of each number. */
export type Pattern = (number: number) => string;

/** No label of a name is longer (RFC 1035, section 2.3.4). */
const MAX_WIDTH = 63;

/** Whether a word is meant for a pattern; one that begins with `+` is a host list's, for others. */
export function isPattern(word: string): boolean {
  return /%\d*d/.test(word) && !word.startsWith('+');
}

/**
 * Read a pattern of host names: text with exactly one `%d`, `%5d` or `%02d`; `%%` is a percent sign.
 * `%5d` is `%d`: printf would pad it with blanks, which no host name has.
 * @throws {ArgumentError} when there is none or more than one, or another `%`, or what no name has: the
 *   port of a host spec would be looked up with the name
 */
export function parsePattern(text: string): Pattern {
  const parts = text.split(/(%%|%\d*d)/); // every second part is a percent word
  const words = parts.filter((part, index) => index % 2 === 1 && part !== '%%');
  const [word] = words;
  const hasStray = parts.some((part, index) => index % 2 === 0 && part.includes('%'));
  const width = Number(word?.slice(1, -1));
  if (word === undefined || words.length > 1 || hasStray || width > MAX_WIDTH) {
    throw new ArgumentError(
      `Cannot read the pattern "${text}": want exactly one %d, %5d or %02d, and %% for a percent sign`,
    );
  }
  const zeros = word.startsWith('%0') ? width : 0;
  const place = parts.lastIndexOf(word);
  const before = parts.slice(0, place).join('').replaceAll('%%', '%');
  const after = parts
    .slice(place + 1)
    .join('')
    .replaceAll('%%', '%');
  const nameOf: Pattern = (number) => before + String(number).padStart(zeros, '0') + after;
  const [stranger] = /[^\w.%-]/.exec(text) ?? [];
  if (stranger === undefined || isPlainName(nameOf(1))) return nameOf;
  throw new ArgumentError(
    `Cannot read the pattern "${text}": no name has "${stranger}" (lsdistcc takes a port with -r, a limit with --slots, ",lzo" with -P2)`,
  );
}
