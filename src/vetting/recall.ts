import { readLastGood, saveLastGood } from './last-good.ts';
import { isUp } from './row.ts';
import type { Row } from './row.ts';
import { vet } from './vet.ts';
import type { VetOptions } from './vet.ts';
import type { DiscoveryWarning, Wanted } from '../discovery/index.ts';

/** How {@link vetOrRecall} keeps and recalls good lists. */
export interface RecallOptions extends VetOptions {
  /** `$DISTCC_DIR`: good lists are kept in its folder `last-good`. */
  readonly folder: string;
  /** Called with one line for a person when a kept list takes the place of the sources. */
  readonly onRecall: (message: string) => void;
}

/**
 * As vet(), for a network whose names may fail: the good hosts of a run are kept, and where the next run
 * finds none because nobody answers for their names, those are vetted by their addresses. Both together
 * end within `totalTimeoutMs`.
 * @throws the signal's reason when it aborts
 */
export async function* vetOrRecall(
  sources: readonly Wanted[],
  options: RecallOptions,
): AsyncGenerator<readonly Row[]> {
  const { totalTimeoutMs } = options;
  const startedAtMs = performance.now();
  const rows: Row[] = [];
  let sawAll = false;
  const failures: DiscoveryWarning[] = [];
  const onWarning = (warning: DiscoveryWarning): void => {
    if (warning.endsSource) failures.push(warning);
    options.onWarning(warning);
  };
  try {
    for await (const some of vet(sources, { ...options, onWarning })) {
      rows.push(...some);
      yield some;
    }
    const isCutShort = totalTimeoutMs > 0 && performance.now() - startedAtMs >= totalTimeoutMs;
    sawAll = !isCutShort && failures.length === 0 && !rows.some(isUnanswered);
  } finally {
    keep(sources, options, rows.filter(isUp), sawAll);
  }
  if (isNameless(rows)) yield* recall(sources, options, performance.now() - startedAtMs);
}

/** Who did not see all hosts does not know that there are fewer: a DNS that dies half-way is what the list is for. */
function keep(
  sources: readonly Wanted[],
  options: RecallOptions,
  good: readonly Row[],
  sawAll: boolean,
): void {
  if (good.length === 0 || options.signal.aborted) return;
  const question = questionOf(sources, options);
  const known = sawAll ? undefined : readLastGood(options.folder, question);
  if (known !== undefined && known.candidates.length > good.length) return;
  saveLastGood(options.folder, question, good);
}

/** A farm's good hosts for one compiler are not those for another, and a port or ssh leads elsewhere. */
function questionOf(sources: readonly Wanted[], options: VetOptions): readonly unknown[] {
  const { wanted, language, port, start, isTls = false, isThroughSsh = false } = options;
  return [sources, wanted, language, port, start, isTls, isThroughSsh];
}

/** Whether no host is good, and no name led anywhere or one was not answered for. */
function isNameless(rows: readonly Row[]): boolean {
  return !rows.some(isUp) && (rows.length === 0 || rows.some(isUnanswered));
}

function isUnanswered({ verdict }: Row): boolean {
  return verdict === 'dns-timeout' || verdict === 'dns-failed';
}

async function* recall(
  sources: readonly Wanted[],
  options: RecallOptions,
  spentMs: number,
): AsyncGenerator<readonly Row[]> {
  const last = readLastGood(options.folder, questionOf(sources, options));
  if (last === undefined) return;
  const { totalTimeoutMs } = options;
  const leftMs = totalTimeoutMs === 0 ? 0 : Math.floor(totalTimeoutMs - spentMs);
  const minutes = Math.max(1, Math.round((Date.now() - last.savedAt) / 60_000));
  const known = `the ${last.candidates.length} good ones of ${minutes} min ago`;
  if (totalTimeoutMs > 0 && leftMs <= 0) {
    options.onRecall(`No host was found, and no time is left to vet ${known}`);
    return;
  }
  options.onRecall(`No host was found: vetting ${known}`);
  yield* vet([], { ...options, known: last.candidates, totalTimeoutMs: leftMs });
}
