/** How much of a bench is run. */
export type Effort = 'quick' | 'default' | 'full';

/** What every bench is told. */
export interface BenchOptions {
  readonly effort: Effort;
  /** Takes one line of the report, without its end. */
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One comparison, as `npm run bench` lists it. */
export interface Bench {
  /** What is compared, in one line. */
  readonly summary: string;
  /**
   * Run it and write its report.
   * @returns the exit code: 1 when a result is wrong, however fast it came
   * @throws {BenchNeedError} when this machine lacks something
   */
  run(options: BenchOptions): Promise<number>;
}

/** A bench cannot run here; the message says in one line what it needs. */
export class BenchNeedError extends Error {
  override readonly name = 'BenchNeedError';
}
