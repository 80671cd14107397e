import { outcomes, SPAN_MS } from './stats.ts';
import type { Outcome, RunningJob, Stats } from './stats.ts';
import type { StatsSource } from './stats-text.ts';

/** What the page says of the daemon itself, a name and a value a row. */
export type Configuration = readonly (readonly [string, string])[];

/** The page for people. It needs nothing from elsewhere and renews itself. */
export function renderStatsPage(source: StatsSource, configuration: Configuration): string {
  const { stats, slots, jobs } = source;
  const uptime = formatSpan(stats.now() - stats.startedAtMs);
  const perMinute = countSince(stats, 5 * MINUTE_MS) / 5;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>distccd</title><style>${STYLE}</style></head><body>
<h1>distccd</h1>
<p>Up for ${uptime}. ${slots.running} of ${jobs} slots in use, ${slots.queued} waiting, ${perMinute.toFixed(1)} jobs a minute.</p>
<h2>Compiling now</h2>
${renderTable(['Source', 'Compiler', 'Client', 'Since', 'Phase'], jobRows(stats))}
<h2>The last hour</h2>
${renderChart(stats)}
<h2>Since the start</h2>
${renderTable(['Ended', 'Jobs'], outcomeRows(stats))}
<h2>Configuration</h2>
${renderTable(['Setting', 'Value'], configuration)}
</body></html>
`;
}

const MINUTE_MS = 60_000;
const MINUTES = 60;

const STYLE = `
:root{--ok:#2b8a3e;--failed:#c92a2a;--line:#8886}
body{font:16px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.2rem .6rem .2rem 0;text-align:left;overflow-wrap:anywhere}
svg{width:100%;height:auto}.ok{fill:var(--ok)}.failed{fill:var(--failed)}.axis{stroke:var(--line)}
text{fill:currentColor;font-size:10px}
@media (prefers-color-scheme:dark){:root{--ok:#51cf66;--failed:#ff6b6b}}
`;

const labels: Record<Outcome, string> = {
  ok: 'compiled',
  'compile-failed': 'the compiler failed',
  timeout: 'took too long',
  'client-gone': 'the client went away',
  refused: 'refused: compiler or arguments',
  busy: 'refused: too busy',
  'bad-request': 'no proper request',
  denied: 'not let in',
  other: 'an error of this server',
};

function outcomeRows({ counts }: Stats): string[][] {
  return outcomes.map((outcome) => [labels[outcome], String(counts[outcome])]);
}

function jobRows(stats: Stats): string[][] {
  return [...stats.jobs].map(({ source, compiler, client, startedAtMs, phase }: RunningJob) => {
    return [source, compiler, client, formatSpan(stats.now() - startedAtMs), phase];
  });
}

function renderTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (name: string, row: readonly string[]): string =>
    `<tr>${row.map((text) => `<${name}>${escape(text)}</${name}>`).join('')}</tr>`;
  if (rows.length === 0) return '<p>Nothing.</p>';
  return `<table>${cells('th', heads)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}

/** A bar a minute: those that compiled below, those that failed above. */
function renderChart(stats: Stats): string {
  const bars = Array.from({ length: MINUTES }, () => ({ ok: 0, failed: 0 }));
  for (const span of stats.since(MINUTES * MINUTE_MS - SPAN_MS)) {
    const bar = bars[MINUTES - 1 - Math.floor((stats.now() - span.startedAtMs) / MINUTE_MS)];
    if (bar === undefined) continue;
    bar.ok += span.ok;
    bar.failed += span.failed;
  }
  const most = Math.max(1, ...bars.map(({ ok, failed }) => ok + failed));
  const rects = bars.map(({ ok, failed }, index) => {
    const [okHeight, failedHeight] = [ok, failed].map((count) => (count / most) * 100);
    return (
      rect(index, 'ok', okHeight ?? 0, 0) + rect(index, 'failed', failedHeight ?? 0, okHeight ?? 0)
    );
  });
  return `<svg viewBox="0 0 620 130" role="img" aria-label="Jobs a minute in the last hour, at most ${most}">
<line class="axis" x1="0" y1="110.5" x2="600" y2="110.5"/>${rects.join('')}
<text x="0" y="8">${most} a minute</text><text x="0" y="124">an hour ago</text><text x="575" y="124">now</text></svg>`;
}

function rect(index: number, name: string, height: number, below: number): string {
  if (height === 0) return '';
  const y = (110 - below - height).toFixed(1);
  return `<rect class="${name}" x="${index * 10}" y="${y}" width="8" height="${height.toFixed(1)}"/>`;
}

function countSince(stats: Stats, ms: number): number {
  return stats.since(ms).reduce((sum, { ok, failed }) => sum + ok + failed, 0);
}

function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit));
  if (days !== undefined && days > 0) return `${days} d ${(hours ?? 0) % 24} h`;
  if (hours !== undefined && hours > 0) return `${hours} h ${(minutes ?? 0) % 60} min`;
  return (minutes ?? 0) > 0 ? `${minutes ?? 0} min ${seconds % 60} s` : `${seconds} s`;
}

/** Names come from clients. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
