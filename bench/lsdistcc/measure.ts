import { fileURLToPath } from 'node:url';
import { goodNames, NAME_PATTERN } from './farm.ts';
import type { Farm } from './farm.ts';
import type { Laboratory } from './laboratory.ts';
import { runProgram } from './run-program.ts';

const script = fileURLToPath(new URL('../../src/cli/lsdistcc.js', import.meta.url));

/** `BENCH_LSDISTCC=FILE`: the executable to measure, instead of the script under Node. */
const executable = process.env['BENCH_LSDISTCC'];
const ours = executable === undefined ? [process.execPath, script] : [executable];

/** What is compared, as a user would type it. */
const programs = {
  original: ['lsdistcc', '-pgcc', NAME_PATTERN],
  status: [...ours, '-pgcc', '--verify', 'status', NAME_PATTERN],
  object: [...ours, '-pgcc', NAME_PATTERN],
};

/** One of the programs compared. */
export type ProgramName = keyof typeof programs;

/** What one program did in all its runs at one farm. */
export interface ProgramResult {
  readonly runCount: number;
  readonly medianMs: number;
  readonly wallMs: readonly number[];
  /** Good hosts it named, in each run. */
  readonly found: readonly number[];
  /** Others it named: bad hosts, or names that do not exist. */
  readonly wrong: readonly number[];
  /** Exit codes and signals, each once. */
  readonly ends: readonly string[];
  readonly peakBytes: number;
}

/** One row of the table. */
export interface RowResult extends Readonly<Record<ProgramName, ProgramResult>> {
  readonly farm: Farm;
  readonly goodCount: number;
}

/** How long one row may take. */
export interface MeasureOptions {
  readonly maxRuns: number;
  /** A program that has run for so long in this row starts no further run. */
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Run all programs at one farm, by turns, so that a busy moment of the machine meets them all. */
export async function measureRow(
  laboratory: Laboratory,
  farm: Farm,
  { maxRuns, ms, signal }: MeasureOptions,
): Promise<RowResult> {
  const good = goodNames(farm);
  const runs = { original: new Runs(good), status: new Runs(good), object: new Runs(good) };
  for (let seed = 1; seed <= maxRuns; seed++) {
    for (const name of Object.keys(programs) as ProgramName[]) {
      if (runs[name].spentMs > ms) continue;
      await laboratory.play({ farm, seed });
      const command = laboratory.namespace.command(programs[name]);
      runs[name].add(await runProgram(command, laboratory.folder, signal));
    }
  }
  const { original, status, object } = runs;
  return {
    farm,
    goodCount: good.size,
    original: original.result(),
    status: status.result(),
    object: object.result(),
  };
}

/** The runs of one program at one farm. */
class Runs {
  readonly #good: ReadonlySet<string>;
  readonly #runs: { run: Awaited<ReturnType<typeof runProgram>>; found: number; wrong: number }[] =
    [];

  constructor(good: ReadonlySet<string>) {
    this.#good = good;
  }

  get spentMs(): number {
    return this.#runs.reduce((sum, { run }) => sum + run.wallMs, 0);
  }

  add(run: Awaited<ReturnType<typeof runProgram>>): void {
    const names = new Set(run.stdout.split('\n').filter(Boolean));
    const found = [...names].filter((name) => this.#good.has(name)).length;
    this.#runs.push({ run, found, wrong: names.size - found });
  }

  result(): ProgramResult {
    const wallMs = this.#runs.map(({ run }) => run.wallMs);
    return {
      runCount: this.#runs.length,
      medianMs: median(wallMs),
      wallMs,
      found: this.#runs.map(({ found }) => found),
      wrong: this.#runs.map(({ wrong }) => wrong),
      ends: [...new Set(this.#runs.map(({ run }) => run.end))],
      peakBytes: Math.max(...this.#runs.map(({ run }) => run.peakBytes)),
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
