import { writeOut } from '../process/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import { parseCommandLine } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { lsdistccProgram } from './lsdistcc-program.ts';
import { readSettings } from './lsdistcc-settings.ts';
import type { LsdistccSettings } from './lsdistcc-settings.ts';
import { readSources } from './lsdistcc-sources.ts';
import type { Sources } from './lsdistcc-sources.ts';
import { print } from './print.ts';
import { renderExplanation, renderHost, renderRowJson } from './render-rows.ts';
import { isListed, renderReport } from './report.ts';
import { describeShortage } from './describe-shortage.ts';
import { survey } from './survey.ts';
import type { Survey } from './survey.ts';
import { warn } from './warn.ts';
import { formatVersion } from './version.ts';

/**
 * lsdistcc, from its words to its exit code.
 * @param useStreams - called when it prints while it works
 * @throws {DistccError} whatever makes a run impossible, usage errors included
 */
export async function runLsdistcc(
  argv: readonly string[],
  signal: AbortSignal,
  useStreams: () => void,
): Promise<number> {
  const line = parseCommandLine(lsdistccProgram, argv);
  const forgiven = line.all('forgive');
  if (line.has('help')) line.help();
  else if (line.has('version')) print(formatVersion('lsdistcc'));
  else if (forgiven.length > 0 || line.isGiven('--blacklist')) {
    const { forgive, showBlacklist } = await import('./blacklist-commands.ts');
    if (forgiven.length > 0) await forgive(forgiven, readForgiving(line), signal);
    else showBlacklist();
  } else {
    const settings = readSettings(line);
    const sources = await readSources(line, signal);
    if (isWatching(settings) || isStreamed(settings)) useStreams();
    return run(settings, sources, signal);
  }
  return 0;
}

/** Where a host was asked need not be where hosts are asked otherwise: SRV records have ports of their own. */
function readForgiving(line: CommandLine) {
  const settings = readSettings(line);
  return { ...settings, port: line.text('port') === undefined ? undefined : settings.port };
}

async function run(
  settings: LsdistccSettings,
  sources: Sources,
  signal: AbortSignal,
): Promise<number> {
  if (isWatching(settings)) {
    const { watch } = await import('./watch.ts');
    return watch(settings, sources, signal);
  }
  const onRow = (row: Row, domain: Pick<Survey, 'domain'>): void => {
    process.stdout.write(renderOne(row, { ...settings, ...domain }));
  };
  const wanted = sources();
  const found = await survey(settings, wanted, {
    ...(isStreamed(settings) && { onRow }),
    signal,
  });
  if (!isStreamed(settings)) print(renderReport(found, settings));
  if (settings.explains) {
    writeOut(2, found.rows.map((row) => `${renderExplanation(row)}\n`).join(''));
  }
  const good = found.rows.filter(isUp).length;
  if (good >= settings.minHosts) return 0;
  if (!settings.explains || found.rows.length === 0) {
    warn(describeShortage(found.rows, wanted, settings.minHosts));
  }
  return 1;
}

function isWatching({ watchMs, writeFile }: LsdistccSettings): boolean {
  return watchMs > 0 || writeFile !== undefined;
}

/** Whether rows go out at once, while others are still asked. */
function isStreamed({ format, sort }: LsdistccSettings): boolean {
  return format === 'ndjson' || (format === 'hosts' && sort === 'found');
}

function renderOne(row: Row, settings: LsdistccSettings & Pick<Survey, 'domain'>): string {
  if (settings.format === 'ndjson') return renderRowJson(row, settings);
  return isListed(row, settings) ? `${renderHost(row, settings)}\n` : '';
}
