import { HostSpecError } from '../errors/index.ts';
import { DEFAULT_LOCAL_CPP_SLOTS, DEFAULT_LOCAL_SLOTS } from './host-spec.ts';
import type { HostSpec } from './host-spec.ts';
import { parseHostSpec } from './parse-host-spec.ts';
import { MAX_LIMIT, readNumber } from './read-number.ts';

/** A word of the list that stands for hosts still to be found: `+zeroconf`, `+pattern:…`, `+srv:…`. */
export type HostSource = {
  /** How many entries of `hosts` come before it. */
  readonly position: number;
} & (
  | { readonly kind: 'zeroconf' }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'srv'; readonly name: string }
);

/** The whole of DISTCC_HOSTS or of a host file, in its order. */
export interface HostList {
  /** Empty when nothing is listed: whether that is wrong is for the caller to say. */
  readonly hosts: readonly HostSpec[];
  /** `--randomize`. */
  readonly isRandomized: boolean;
  /** `--localslots=N`: jobs at once that can only run here. */
  readonly localSlots: number;
  /** `--localslots_cpp=N`: preprocessors at once. */
  readonly localCppSlots: number;
  readonly sources: readonly HostSource[];
}

/**
 * Read a host list: entries between blanks and line ends, `#` to the end of a line is a comment.
 * @param text - the value of DISTCC_HOSTS, or the text of a host file
 * @throws {HostSpecError} for the first entry that is wrong
 */
export function parseHostList(text: string): HostList {
  const hosts: HostSpec[] = [];
  const sources: HostSource[] = [];
  let isRandomized = false;
  let localSlots = DEFAULT_LOCAL_SLOTS;
  let localCppSlots = DEFAULT_LOCAL_CPP_SLOTS;
  for (const entry of splitEntries(text)) {
    if (entry === '--randomize') isRandomized = true;
    else if (/^--localslots[=/]/.test(entry)) localSlots = parseSlots(entry);
    else if (/^--localslots_cpp[=/]/.test(entry)) localCppSlots = parseSlots(entry);
    else if (entry.startsWith('--')) throw unknownGlobal(entry);
    else if (entry.startsWith('+')) sources.push(parseSource(entry, hosts.length));
    else hosts.push(parseHostSpec(entry));
  }
  return { hosts, isRandomized, localSlots, localCppSlots, sources };
}

function splitEntries(text: string): string[] {
  return text
    .replaceAll(/#[^\n\r]*/g, ' ')
    .split(/[ \t\n\r\f]+/)
    .filter((entry) => entry !== '');
}

/** `--localslots=4`; the original reads `--localslots/4` too. */
function parseSlots(entry: string): number {
  const slots = readNumber(entry.slice(entry.search(/[=/]/) + 1), MAX_LIMIT);
  if (slots === undefined) {
    throw new HostSpecError(`Cannot read "${entry}" of the host list: wanted a number from 1`);
  }
  return slots;
}

function parseSource(entry: string, position: number): HostSource {
  const [, kind, value = ''] = /^\+(zeroconf|pattern:|srv:)(.*)$/.exec(entry) ?? [];
  if (kind === 'zeroconf' && value === '') return { kind, position };
  if (kind === 'pattern:' && value !== '') return { kind: 'pattern', pattern: value, position };
  if (kind === 'srv:' && value !== '') return { kind: 'srv', name: value, position };
  throw new HostSpecError(
    `Cannot read "${entry}" of the host list: wanted +zeroconf, +pattern:NAME or +srv:NAME`,
  );
}

function unknownGlobal(entry: string): HostSpecError {
  return new HostSpecError(
    `Cannot read "${entry}" of the host list: wanted --randomize, --localslots=N or --localslots_cpp=N`,
  );
}
