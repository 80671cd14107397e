import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { goodNames, NAME_PATTERN } from './farm.ts';
import type { Farm } from './farm.ts';
import type { Laboratory } from './laboratory.ts';
import { runProgram } from './run-program.ts';

const script = fileURLToPath(new URL('../../src/cli/lsdistcc.js', import.meta.url));
const built = fileURLToPath(new URL('../../../dist/bin/lsdistcc', import.meta.url));

/** `BENCH_LSDISTCC=FILE`, or what `npm run build:bin` made: measured beside the script under Node. */
export const executable = process.env['BENCH_LSDISTCC'] ?? (existsSync(built) ? built : undefined);

const byNode = [process.execPath, script];
const ours = executable === undefined ? byNode : [executable];

/** What is compared, as a user would type it. */
const programs: Readonly<Record<ProgramName, readonly string[]>> = {
  original: ['lsdistcc', '-pgcc', NAME_PATTERN],
  status: [...ours, '-pgcc', '--verify', 'status', NAME_PATTERN],
  object: [...ours, '-pgcc', NAME_PATTERN],
  nodeStatus: [...byNode, '-pgcc', '--verify', 'status', NAME_PATTERN],
  nodeObject: [...byNode, '-pgcc', NAME_PATTERN],
};

/** One of the programs compared. `status` and `object` are the executable's, where there is one. */
export type ProgramName = 'original' | 'status' | 'object' | 'nodeStatus' | 'nodeObject';

const names = Object.keys(programs) as ProgramName[];

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
  const runs = new Map(names.map((name) => [name, new Runs(good)]));
  for (let seed = 1; seed <= maxRuns; seed++) {
    for (const [name, own] of runs) {
      if (own.spentMs > ms || (executable === undefined && name.startsWith('node'))) continue;
      await laboratory.play({ farm, seed });
      const command = laboratory.namespace.command(programs[name]);
      own.add(await runProgram(command, laboratory.folder, signal));
    }
  }
  const results = [...runs].map(([name, own]) => [name, own.result()] as const);
  const byName = Object.fromEntries(results) as Record<ProgramName, ProgramResult>;
  return { farm, goodCount: good.size, ...byName };
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
      peakBytes: Math.max(0, ...this.#runs.map(({ run }) => run.peakBytes)),
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
