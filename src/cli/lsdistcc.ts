#!/usr/bin/env node
import { createResolver, readSystemConfig } from '../dns/index.ts';
import type { ResolverOptions, SystemConfig } from '../dns/index.ts';
import { isUp, rank, vet } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import { parseCommandLine } from './command-line.ts';
import { lsdistccProgram, readSettings } from './lsdistcc-options.ts';
import type { LsdistccSettings } from './lsdistcc-options.ts';
import { readSources } from './lsdistcc-sources.ts';
import { makeProgress } from './progress.ts';
import { renderExplanation, renderHost, renderJson, renderTable } from './render-rows.ts';
import { runCli } from './run-cli.ts';
import { formatVersion } from './version.ts';

await runCli('lsdistcc', { usageCode: 2 }, async (signal) => {
  const line = parseCommandLine(lsdistccProgram, process.argv.slice(2));
  if (line.has('help')) line.help();
  else if (line.has('version')) process.stdout.write(formatVersion('lsdistcc'));
  else return survey(readSettings(line), await readSources(line), signal);
  return 0;
});

async function survey(
  settings: LsdistccSettings,
  sources: Awaited<ReturnType<typeof readSources>>,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = new Date();
  const startedAtMs = performance.now();
  const system = await readSystemConfig();
  const options = { ...settings, ...domainOf(settings, system) };
  const resolver = createResolver(resolverOptions(settings, system));
  try {
    let asked = 0;
    const onAsk = (): void => void (asked += 1);
    const rows = await collect(
      vet(sources, { ...settings, language: 'c', onWarning: warn, onAsk, resolver, signal }),
      options,
      () => asked,
    );
    const elapsedMs = performance.now() - startedAtMs;
    report(rank(rows, settings.sort), options, { startedAt: startedAt.toISOString(), elapsedMs });
    return rows.filter(isUp).length >= settings.minHosts ? 0 : 1;
  } finally {
    resolver.close();
  }
}

function warn({ message }: { readonly message: string }): void {
  process.stderr.write(`lsdistcc: ${message}\n`);
}

function domainOf(settings: LsdistccSettings, system: SystemConfig): { domain?: string } {
  const [domain] = system.search;
  return settings.appendsDomain && domain !== undefined ? { domain } : {};
}

function resolverOptions(settings: LsdistccSettings, system: SystemConfig): ResolverOptions {
  const { firstResendMs, maxInFlight, nameServers } = settings;
  const servers = nameServers.length > 0 ? nameServers : system.servers;
  return { ...system, servers, firstResendMs, maxInFlight };
}

async function collect(
  found: AsyncIterable<Row>,
  settings: LsdistccSettings,
  countAsked: () => number,
): Promise<Row[]> {
  const rows: Row[] = [];
  const progress = makeProgress(process.stderr, () => performance.now());
  for await (const row of found) {
    rows.push(row);
    const good = rows.filter(isUp).length;
    if (isStreamed(settings) && isListed(row, settings)) {
      process.stdout.write(`${renderHost(row, settings)}\n`);
    }
    if (good >= settings.maxHosts) break;
    progress.update({ asked: countAsked(), good, bad: rows.length - good });
  }
  progress.clear();
  return rows;
}

function isStreamed({ format, sort }: LsdistccSettings): boolean {
  return format === 'hosts' && sort === 'found';
}

function isListed(row: Row, settings: LsdistccSettings): boolean {
  return isUp(row) || (settings.hasDown && row.address !== undefined);
}

function report(
  rows: readonly Row[],
  settings: LsdistccSettings,
  run: { readonly startedAt: string; readonly elapsedMs: number },
): void {
  const listed = rows.filter((row) => isListed(row, settings));
  const lines = listed.map((row) => renderHost(row, settings));
  const texts = {
    hosts: () => (isStreamed(settings) ? '' : lines.map((each) => `${each}\n`).join('')),
    line: () => (lines.length > 0 ? `${lines.join(' ')}\n` : ''),
    json: () => renderJson(rows, { ...run, options: settings }),
    table: () => renderTable(rows),
  } satisfies Record<LsdistccSettings['format'], () => string>;
  process.stdout.write(texts[settings.format]());
  if (!settings.explains) return;
  for (const row of rows) process.stderr.write(`${renderExplanation(row)}\n`);
}
