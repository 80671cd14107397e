import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { goodNames, NAME_PATTERN } from './farm.ts';
import type { Farm } from './farm.ts';
import type { Laboratory } from './laboratory.ts';
import { runProgram } from './run-program.ts';
import type { Run } from './run-program.ts';

const script = fileURLToPath(new URL('../../src/cli/lsdistcc.js', import.meta.url));
const built = fileURLToPath(new URL('../../../dist/bin/lsdistcc', import.meta.url));

/** What is compared, as a user would type it: the executable where `npm run build:bin` made one. */
const programs = new Map<string, readonly string[]>([
  ['original', ['lsdistcc', '-pgcc', NAME_PATTERN]],
  ...(existsSync(built) ? variantsOf('executable', [built]) : []),
  ...variantsOf('Node', [process.execPath, script]),
]);

/** One run of a program at a farm. */
export interface FarmRun extends Run {
  /** Good hosts it named. */
  readonly found: number;
  /** Others it named: bad hosts, or names that do not exist. */
  readonly wrong: number;
}

/** How long one farm may take. */
export interface MeasureOptions {
  readonly maxRuns: number;
  /** A program that has run for so long at this farm starts no further run. */
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Run all programs at one farm, by turns, so that a busy moment of the machine meets them all. */
export async function measureFarm(
  laboratory: Laboratory,
  farm: Farm,
  { maxRuns, ms, signal }: MeasureOptions,
): Promise<Map<string, readonly FarmRun[]>> {
  const good = goodNames(farm);
  const results = new Map([...programs.keys()].map((name): [string, FarmRun[]] => [name, []]));
  for (let seed = 1; seed <= maxRuns; seed++) {
    for (const [name, runs] of results) {
      if (runs.reduce((sum, { wallMs }) => sum + wallMs, 0) > ms) continue;
      await laboratory.play({ farm, seed });
      const command = laboratory.namespace.command(programs.get(name) ?? []);
      const run = await runProgram(command, laboratory.folder, signal);
      runs.push({ ...run, ...countNames(run.stdout, good) });
    }
  }
  return results;
}

function variantsOf(name: string, command: readonly string[]): [string, readonly string[]][] {
  const words = [...command, '-pgcc'];
  return [
    [`${name}, status`, [...words, '--verify', 'status', NAME_PATTERN]],
    [`${name}, object`, [...words, NAME_PATTERN]],
  ];
}

function countNames(stdout: string, good: ReadonlySet<string>): { found: number; wrong: number } {
  const names = new Set(stdout.split('\n').filter(Boolean));
  const found = [...names].filter((name) => good.has(name)).length;
  return { found, wrong: names.size - found };
}
