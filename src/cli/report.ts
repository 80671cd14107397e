import fs from 'node:fs';
import { DEFAULT_LIMIT } from '../hosts/index.ts';
import { ArgumentError, codeOf, IoError } from '../errors/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import type { LsdistccSettings } from './lsdistcc-settings.ts';
import { formatSpec, limitOf, renderHost, renderJson, renderRowJson } from './render-rows.ts';
import { renderMarkdown, renderTable, terminalStyle } from './render-table.ts';
import type { TerminalStream } from './render-table.ts';
import type { Survey } from './survey.ts';

/** Whether a row stands in the list: it is good, or it failed and those are wanted too. */
export function isListed(row: Row, settings: LsdistccSettings): boolean {
  const isFound = row.address !== undefined || row.candidate.ssh !== undefined;
  return isUp(row) || (settings.hasDown && isFound);
}

/**
 * What a finished survey prints on standard output.
 * @throws {ArgumentError} for `github` outside of GitHub Actions
 * @throws {IoError} when its files cannot be written
 */
export function renderReport(survey: Survey, settings: LsdistccSettings): string {
  const { rows } = survey;
  const options = { ...settings, ...survey, fastestMs: fastest(rows) };
  const listed = rows.filter((row) => isListed(row, settings));
  const hosts = (separator: string): string =>
    listed.length > 0 ? `${listed.map((row) => renderHost(row, options)).join(separator)}\n` : '';
  const specs = (): string[] => listed.map((row) => formatSpec(row, options)); // programs read these: no times
  const reports = {
    hosts: () => hosts('\n'),
    line: () => hosts(' '),
    json: () => renderJson(rows, { ...survey, options }),
    ndjson: () => rows.map((row) => renderRowJson(row, options)).join(''),
    table: () => renderTable(rows, terminalStyle(outputOf(settings), settings.color, process.env)),
    env: () => renderEnvironment(rows, specs(), settings),
    github: () => writeGithub(rows, specs(), settings),
  } satisfies Record<LsdistccSettings['format'], () => string>;
  return reports[settings.format]();
}

/** A file is no terminal, wherever lsdistcc itself runs. */
function outputOf({ writeFile }: LsdistccSettings): TerminalStream {
  return writeFile === undefined ? process.stdout : {};
}

/** Of the good hosts, in milliseconds: what `--slots auto` measures others by. */
function fastest(rows: readonly Row[]): number {
  return Math.min(...rows.filter(isUp).map((row) => row.compileMs ?? Infinity));
}

/** How many jobs `make -j` should run: what the hosts take at once, 1 when there is none. */
function countJobs(rows: readonly Row[], settings: LsdistccSettings): number {
  const options = { ...settings, fastestMs: fastest(rows) };
  const limits = rows.filter(isUp).map((row) => limitOf(row, options) ?? DEFAULT_LIMIT);
  return Math.max(
    1,
    limits.reduce((sum, limit) => sum + limit, 0),
  );
}

function renderEnvironment(
  rows: readonly Row[],
  specs: readonly string[],
  settings: LsdistccSettings,
): string {
  const quoted = specs.join(' ').replaceAll("'", String.raw`'\''`);
  return `export DISTCC_HOSTS='${quoted}'\nexport MAKEFLAGS='-j${countJobs(rows, settings)}'\n`;
}

/** For the steps that follow in a GitHub Actions job, and for the page of its run. */
function writeGithub(
  rows: readonly Row[],
  specs: readonly string[],
  settings: LsdistccSettings,
): string {
  const { GITHUB_ENV: env, GITHUB_STEP_SUMMARY: summary } = process.env;
  if (env === undefined || env === '') {
    throw new ArgumentError('No $GITHUB_ENV: --format github is for a step of GitHub Actions');
  }
  const jobs = countJobs(rows, settings);
  append(env, `DISTCC_HOSTS=${specs.join(' ')}\nMAKEFLAGS=-j${jobs}\n`);
  if (summary !== undefined && summary !== '') append(summary, renderMarkdown(rows));
  return '';
}

function append(file: string, text: string): void {
  try {
    fs.appendFileSync(file, text);
  } catch (cause) {
    throw new IoError(`Cannot append to "${file}" for the next steps: ${codeOf(cause)}`, { cause });
  }
}
