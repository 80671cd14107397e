import type { Row, Subject } from './page/index.ts';

/** How much of a bench is run. */
export type Effort = 'quick' | 'default' | 'full';

/** What every bench is told. */
export interface BenchOptions {
  readonly effort: Effort;
  readonly signal: AbortSignal;
}

/** One comparison, as `npm run bench` lists it. */
export interface Bench extends Subject {
  /**
   * Measure it, row by row.
   * @throws {BenchNeedError} when this machine lacks something
   */
  readonly measure: (options: BenchOptions) => AsyncGenerator<Row, void>;
}

/** A bench cannot run here; the message says in one line what it needs. */
export class BenchNeedError extends Error {
  override readonly name = 'BenchNeedError';
}
