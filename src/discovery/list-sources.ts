import { HostSpecError } from '../errors/index.ts';
import { parseHostList } from '../hosts/index.ts';
import type { HostSource } from '../hosts/index.ts';
import { splitEntries } from './list.ts';
import { MDNS_SERVICE } from './mdns-names.ts';
import type { Wanted } from './discover-all.ts';

/** How a word of a host list is looked for. */
export function wantedOf(source: HostSource): Wanted {
  switch (source.kind) {
    case 'zeroconf':
      return { source: 'mdns', word: MDNS_SERVICE };
    case 'pattern':
      return { source: 'pattern', word: source.pattern };
    case 'srv':
      return { source: 'srv', word: source.name };
  }
}

/** The list itself, and the sources that it names: `+zeroconf`, `+pattern:red%d`, `+srv:NAME`. */
export function withItsSources(wanted: Wanted): Wanted[] {
  if (wanted.source !== 'list') return [wanted];
  const entries = splitEntries(wanted.word).filter((entry) => entry.startsWith('+'));
  return [wanted, ...entries.flatMap(readSources).map(wantedOf)];
}

/** One that cannot be read is told of with the list's other entries. */
function readSources(entry: string): readonly HostSource[] {
  try {
    return parseHostList(entry).sources;
  } catch (error) {
    if (error instanceof HostSpecError) return [];
    throw error;
  }
}
