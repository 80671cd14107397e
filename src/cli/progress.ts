/** What a progress line counts. */
export interface Counts {
  /** Every candidate so far, judged or not. */
  readonly asked: number;
  readonly good: number;
  readonly bad: number;
}

/** What a progress line needs of a stream. */
export interface ProgressStream {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

/** A line that is written over itself. */
export interface Progress {
  update(counts: Counts): void;
  /** Take the line away, so that what follows stands alone. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001B[K';
/** What a terminal has that does not say. */
const DEFAULT_COLUMNS = 80;
/** A terminal needs no more than this. */
const BETWEEN_UPDATES_MS = 50;

/** A progress line on standard error when that is a terminal; otherwise nothing. */
export function makeProgress(stream: ProgressStream, now: () => number): Progress {
  if (!stream.isTTY) return { update: () => undefined, clear: () => undefined };
  let shownAtMs = -Infinity;
  return {
    update: ({ asked, good, bad }) => {
      if (now() - shownAtMs < BETWEEN_UPDATES_MS) return;
      shownAtMs = now();
      const text = `asked ${asked}, good ${good}, bad ${bad}, waiting ${asked - good - bad}`;
      stream.write(`${CLEAR_LINE}${text.slice(0, (stream.columns || DEFAULT_COLUMNS) - 1)}`);
    },
    clear: () => {
      stream.write(CLEAR_LINE);
    },
  };
}
