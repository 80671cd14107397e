import { findHostList } from '../client/index.ts';
import type { Settings } from '../client/index.ts';
import { wantedOf } from '../discovery/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { ArgumentError, exitCodes } from '../errors/index.ts';
import { parseHostList } from '../hosts/index.ts';
import type { HostList } from '../hosts/index.ts';
import { remedyOf } from '../probing/index.ts';
import { isUp, vetFarm } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import { parseCommandLine } from './command-line.ts';
import { lsdistccProgram } from './lsdistcc-program.ts';
import { readSettings } from './lsdistcc-settings.ts';
import { latencyOf, renderHost, renderRowJson } from './render-rows.ts';
import { warn } from './warn.ts';

/**
 * `distcc --ping [--json] [HOST…]`: ask every host of the list for a witness, all at once; those that are
 * left alone as well. A line for each, in the list's order.
 * @returns 0 when all are up, 1 when some are not, 116 when there is none
 * @throws {ArgumentError | HostSpecError} when a word or the list cannot be read
 */
export async function ping(
  words: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const isJson = words[0] === '--json';
  const hosts = isJson ? words.slice(1) : words;
  const sources = sourcesOf(hosts.length > 0 ? readWords(hosts) : findHostList(settings)?.list);
  const asked = readSettings(parseCommandLine(lsdistccProgram, []));
  const onWarning = (message: string): void => {
    warn(message, 'distcc');
  };
  const options = { ...asked, usesCache: false, asksBlacklisted: true, onWarning, signal };
  const rows: Row[] = [];
  for await (const some of vetFarm(sources, { ...options, env: process.env })) rows.push(...some);
  const ordered = rows.toSorted((left, right) => placeOf(left, sources) - placeOf(right, sources));
  const render = (row: Row): string =>
    isJson ? renderRowJson(row, asked) : renderLine(row, renderHost(row, asked));
  process.stdout.write(ordered.map(render).join(''));
  if (ordered.length === 0) onWarning(whyNone(sources));
  return ordered.length === 0 ? exitCodes.noHosts : ordered.every(isUp) ? 0 : 1;
}

function whyNone(sources: readonly Wanted[]): string {
  if (sources.length === 0) return 'No hosts to ask: set DISTCC_HOSTS or name them';
  const names = sources.map(({ source, word }) => `${source} ${word}`.trim());
  return `No hosts to ask: none was found by ${names.join(', ')}`;
}

function readWords(words: readonly string[]): HostList {
  const option = words.find((word) => word.startsWith('-'));
  if (option === undefined) return parseHostList(words.join('\n'));
  throw new ArgumentError(`Cannot take "${option}" after --ping: want --json or hosts`);
}

/** This machine's own places need nobody who answers. */
function sourcesOf(list: HostList | undefined): Wanted[] {
  const remote = (list?.hosts ?? []).filter(({ kind }) => kind !== 'local');
  const word = remote.map(({ text }) => text).join('\n');
  const named: Wanted[] = remote.length === 0 ? [] : [{ source: 'list', word }];
  return [...named, ...(list?.sources ?? []).map(wantedOf)];
}

/** Where a row stands in the list: a number that only compares. */
function placeOf({ candidate }: Row, sources: readonly Wanted[]): number {
  const { source, sourceText, order } = candidate;
  const index = sources.findIndex(
    (each) => each.source === source && (source === 'list' || each.word === sourceText),
  );
  return index * 1e6 + order;
}

/** Host spec, verdict, address, milliseconds, reason; between tabs. */
function renderLine(row: Row, spec: string): string {
  const { verdict, address = '', reason } = row;
  const milliseconds = isUp(row) ? String(Math.round(latencyOf(row))) : '';
  const why = isUp(row) ? '' : `${reason ?? 'no reason known'}. ${remedyOf(verdict)}`;
  const entry = spec.replace(/,down$/, ''); // as it is in the list
  return `${[entry, verdict, address, milliseconds, why].join('\t')}\n`;
}
