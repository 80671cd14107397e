import type { Resolution } from '../dns/index.ts';
import { IoError } from '../errors/index.ts';
import { DEFAULT_PORT } from '../hosts/index.ts';
import { NamesAhead } from './names-ahead.ts';
import type { KnownName } from './names-ahead.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Candidate, DiscoverOptions } from './types.ts';

/** Names in a row without an answer that make a DNS server dead: before its first answer, and after it. */
const SILENT_NAMES_AT_START = 16;
const SILENT_NAMES = 64;

/** Names in a row that lead to addresses seen before: a zone with a wildcard, which never ends. */
const REPEATED_NAMES = 64;

/** No farm is larger: a pattern ends here. */
const MAX_NAMES = 65_536;

/**
 * The hosts of a pattern: its names in order, from `start` until more than `gap` are missing. Only an
 * answer says that a name is missing; a name without an answer is a candidate like the others. A slow
 * name does not hold back the others: when it is missing after all, some after it may be out already.
 * @param word - `mydistcc%d`, see {@link parsePattern}
 * @throws {ArgumentError} when the pattern makes no sense
 * @throws {IoError} when the DNS server leaves one name after another without an answer
 */
export async function* discoverPattern(
  word: string,
  options: DiscoverOptions,
): AsyncGenerator<readonly Candidate[]> {
  const { resolver, start = 1, gap = 0, port = DEFAULT_PORT } = options;
  const nameOf = parsePattern(word);
  const stop = new AbortController(); // questions beyond the end are of no use
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const nameAt = (index: number): string => nameOf(start + index);
  const names = new NamesAhead({ nameAt, resolver, signal, gap, maxNames: MAX_NAMES });
  const doubts = new Doubts(word);
  options.signal.throwIfAborted();
  try {
    for await (const some of names) {
      const { known, end } = doubts.upToEnd(some);
      yield known.filter(isCandidate).map((one) => candidateOf(one, word, port));
      if (end === undefined) continue;
      if (end instanceof IoError) throw end;
      const from = { source: 'pattern', sourceText: word } as const;
      options.onWarning({ ...from, message: end, endsSource: false });
      return;
    }
  } finally {
    stop.abort();
  }
}

/** A name without an answer may be a host's. */
function isCandidate({ resolution }: KnownName): boolean {
  return resolution.kind !== 'no-such-name';
}

function candidateOf(known: KnownName, word: string, port: number): Candidate {
  const { name, index, resolution, dnsMs } = known;
  return { name, port, source: 'pattern', sourceText: word, order: index, resolution, dnsMs };
}

/** What makes a row of names end though no name is missing. */
class Doubts {
  readonly #word: string;
  readonly #seen = new Set<string>();
  #repeatedCount = 0;
  #silentCount = 0;
  #isAnswered = false;

  constructor(word: string) {
    this.#word = word;
  }

  /** The names that belong to the row, and why it ends with the last of them, if it does. */
  upToEnd(names: readonly KnownName[]): {
    readonly known: readonly KnownName[];
    readonly end?: string | IoError;
  } {
    for (const [index, name] of names.entries()) {
      const end = this.#findEnd(name);
      if (end !== undefined) return { known: names.slice(0, index + 1), end };
    }
    return { known: names };
  }

  /** @returns an error when the server must be dead */
  #findEnd({ name, index, resolution }: KnownName): string | IoError | undefined {
    this.#countSilence(resolution);
    this.#countRepeats(resolution);
    if (this.#silentCount >= (this.#isAnswered ? SILENT_NAMES : SILENT_NAMES_AT_START)) {
      const why = resolution.kind === 'dns-failed' ? resolution.reason : 'the DNS server is silent';
      return new IoError(
        `Cannot look up the names of ${this.#word}: ${this.#silentCount} in a row without an answer (${why})`,
      );
    }
    const isRepeating = this.#repeatedCount >= REPEATED_NAMES;
    if (!isRepeating && index < MAX_NAMES - 1) return undefined;
    const why = isRepeating
      ? `${this.#repeatedCount} names in a row lead to no new address, as a wildcard does`
      : `it has ${MAX_NAMES} names`;
    return `The pattern ${this.#word} ends at ${name}: ${why}`;
  }

  #countSilence(resolution: Resolution): void {
    const isSilent = resolution.kind === 'dns-timeout' || resolution.kind === 'dns-failed';
    this.#silentCount = isSilent ? this.#silentCount + 1 : 0;
    this.#isAnswered ||= !isSilent;
  }

  #countRepeats(resolution: Resolution): void {
    if (resolution.kind !== 'addresses') return;
    const { size } = this.#seen;
    for (const address of resolution.addresses) this.#seen.add(address);
    this.#repeatedCount = this.#seen.size > size ? 0 : this.#repeatedCount + 1;
  }
}
