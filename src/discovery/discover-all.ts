import { withItsSources } from './list-sources.ts';
import { isPlainName, quoteName } from './plain-name.ts';
import { discoverers } from './table.ts';
import type { Candidate, DiscoverOptions, DiscoverySource, DiscoveryWarning } from './types.ts';

/** One word of the user's, and the way to find its hosts. */
export interface Wanted {
  readonly source: DiscoverySource;
  readonly word: string;
}

/**
 * Look for the hosts of several words, side by side. A source that fails is a warning with `endsSource`, and
 * the others go on; so is a name that is no host's. One machine found twice is told twice.
 * @param wanted - the order is the user's; candidates come in the order they become known
 * @param onFound - told each of them at once: a stream of streams would take as long as to look them up
 * @throws the signal's reason when it aborts
 */
export async function discoverAll(
  wanted: readonly Wanted[],
  options: DiscoverOptions,
  onFound: (candidate: Candidate) => void,
): Promise<void> {
  const sources = wanted.flatMap(withItsSources);
  await Promise.all(sources.map((one) => discoverOne(one, options, onFound)));
  options.signal.throwIfAborted();
}

async function discoverOne(
  { source, word }: Wanted,
  options: DiscoverOptions,
  onFound: (candidate: Candidate) => void,
): Promise<void> {
  try {
    for await (const candidates of discoverers[source](word, options)) {
      for (const candidate of candidates) {
        if (isPlain(candidate)) onFound(candidate);
        else options.onWarning(warningOf(candidate));
      }
    }
  } catch (cause) {
    if (options.signal.aborted) return; // whoever aborted knows
    const message = cause instanceof Error ? cause.message : String(cause);
    options.onWarning({ source, sourceText: word, message, endsSource: true, cause });
  }
}

/** Lists come from files, too: a command among them is for the shell of the host, and not for tricks. */
function isPlain({ name, ssh }: Candidate): boolean {
  if (ssh === undefined) return isPlainName(name);
  const { user = '', host, command = '' } = ssh;
  return isPlainName(host) && /^[\w.-]*$/.test(user) && /^[\w./~+-]*$/.test(command);
}

function warningOf({ name, source, sourceText }: Candidate): DiscoveryWarning {
  const message = `Cannot take the host ${quoteName(name)} of ${sourceText}: a name has letters, digits, "-", "_" and "." only`;
  return { source, sourceText, message, endsSource: false };
}
