import type { Row, Wanted } from '../page/index.ts';
import { goodNames } from './farm.ts';
import type { Farm } from './farm.ts';
import type { FarmRun } from './measure.ts';
import { pointsOf, wantedRatio } from './rows.ts';

/** The original's arrays hold no more (fact sheet 7.4): above, its time says nothing. */
const ORIGINAL_MAX_HOSTS = 500;
/** A farm so large shows what memory a program needs. */
const LARGE = 5000;
/** With 5,000 hosts under Node, in MiB. */
const WANTED_MEMORY = 150;
/** Of a run with --verify status. */
const WANTED_OBJECT_RATIO = 1.1;

type Results = ReadonlyMap<string, readonly FarmRun[]>;

/** What came of one farm: its times, and for a large one what memory it took. */
export function toRows(farm: Farm, results: Results): Row[] {
  const name = titleOf(farm);
  const goodCount = goodNames(farm).size;
  const isTimed = (program: string): boolean =>
    program !== 'original' || farm.hostCount <= ORIGINAL_MAX_HOSTS;
  const remarks = [...results].flatMap(([program, runs]) => remarkOf(program, runs, goodCount));
  const times: Row = {
    ...{ name, unit: 'ms', points: pointsOf(farm), wanted: wantedOf(farm, [...results.keys()]) },
    samples: samplesOf(results, isTimed, ({ wallMs }) => wallMs),
    remarks: Object.fromEntries(remarks),
    faults: remarks
      .filter(([program]) => program !== 'original')
      .map((remark) => remark.join(': ')),
  };
  if (farm.hostCount < LARGE) return [times];
  const memory: Row = {
    ...{ name: `${name}: memory`, unit: 'MiB' },
    samples: samplesOf(results, isTimed, ({ peakBytes }) => peakBytes / 1024 ** 2),
    wanted: [{ program: 'Node, object', kind: 'value', atMost: WANTED_MEMORY }],
  };
  return [times, memory];
}

/** `400 hosts, DNS 2 ms, 5 % lost, 5 % stuck`. */
function titleOf({ hostCount, dnsDelayMs, dnsLoss, hasStuck, hasClosing }: Farm): string {
  return [
    `${hostCount} hosts, DNS ${dnsDelayMs} ms`,
    ...(dnsLoss > 0 ? [`${Math.round(dnsLoss * 100)} % lost`] : []),
    ...(hasStuck ? ['1 in 20 stuck'] : []),
    ...(hasClosing ? ['1 in 10 closing'] : []),
  ].join(', ');
}

function samplesOf(
  results: Results,
  isMeasured: (program: string) => boolean,
  figureOf: (run: FarmRun) => number,
): Record<string, number[]> {
  const measured = [...results].filter(([program]) => isMeasured(program));
  return Object.fromEntries(measured.map(([program, runs]) => [program, runs.map(figureOf)]));
}

/** What is not as it should be: hosts missed or wrongly named, or another end than success. */
function remarkOf(
  program: string,
  runs: readonly FarmRun[],
  goodCount: number,
): [string, string][] {
  const found = runs.map((run) => run.found);
  const [least, most] = [Math.min(...found), Math.max(...found)];
  const wrong = Math.max(...runs.map((run) => run.wrong));
  const ends = new Set(runs.map(({ end }) => end).filter((end) => end !== '0'));
  const parts = [
    ...(least < goodCount
      ? [`found ${least === most ? '' : `${least}–`}${most} of ${goodCount}`]
      : []),
    ...(wrong > 0 ? [`named ${wrong} wrong ones`] : []),
    ...(ends.size > 0 ? [`ended with ${[...ends].join(', ')}`] : []),
  ];
  return parts.length > 0 ? [[program, parts.join(', ')]] : [];
}

function wantedOf(farm: Farm, programs: readonly string[]): Wanted[] {
  const atMost = wantedRatio(farm);
  if (atMost === undefined) return [];
  const runtime = programs.includes('executable, status') ? 'executable' : 'Node';
  const status = `${runtime}, status`;
  return [
    { program: status, kind: 'ratio', atMost },
    { program: `${runtime}, object`, kind: 'ratio', to: status, atMost: WANTED_OBJECT_RATIO },
  ];
}
