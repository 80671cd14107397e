import { isPattern, MDNS_SERVICE } from '../discovery/index.ts';
import type { Wanted } from '../discovery/index.ts';

/**
 * What each word of a user's means, in the order of lsdistcc's own sources, so that both find the same
 * last good list.
 * @param words - as `vet` takes them
 */
export function readWords(words: string | readonly string[], usesMdns: boolean): Wanted[] {
  const all = typeof words === 'string' ? splitText(words) : words;
  const services = all.filter(isService);
  const patterns = all.filter((word) => !isService(word) && isPattern(word));
  const hosts = all.filter((word) => !isService(word) && !isPattern(word));
  return [
    ...patterns.map((word) => ({ source: 'pattern', word }) as const),
    ...services.map((word) => ({ source: 'srv', word }) as const),
    ...(usesMdns ? [{ source: 'mdns', word: MDNS_SERVICE } as const] : []),
    ...(hosts.length > 0 ? [{ source: 'list', word: hosts.join('\n') } as const] : []),
  ];
}

/** As in a hosts file, `#` begins a comment. */
function splitText(text: string): string[] {
  const words = text.replaceAll(/#.*/g, ' ').split(/\s+/);
  return words.filter((word) => word !== '');
}

function isService(word: string): boolean {
  return word.startsWith('_');
}
