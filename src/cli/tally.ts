import { isTerminal, writeOut } from '../process/index.ts';
import { makeProgress } from './progress.ts';

/** Counts verdicts, and shows the counts to a terminal. */
export interface Tally {
  /** One more host is asked. */
  readonly ask: () => void;
  /** One more verdict. @returns how many are good so far */
  readonly count: (isGood: boolean) => number;
  /** Take the line away, so that what follows stands alone. */
  readonly clear: () => void;
}

/** As a stream shows it, which is slow to make: only a line on a terminal has a width. */
const standardError = {
  get isTTY() {
    return isTerminal(2);
  },
  get columns() {
    return process.stderr.columns;
  },
  write: (text: string) => writeOut(2, text),
};

/** A tally of nothing yet. */
export function makeTally(): Tally {
  const progress = makeProgress(standardError, () => performance.now());
  const counts = { asked: 0, good: 0, bad: 0 };
  return {
    ask: () => {
      counts.asked += 1;
    },
    count: (isGood) => {
      counts[isGood ? 'good' : 'bad'] += 1;
      progress.update(counts);
      return counts.good;
    },
    clear: () => {
      progress.clear();
    },
  };
}
