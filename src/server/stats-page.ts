import { outcomes } from './stats.ts';
import type { Outcome, Stats } from './stats.ts';
import { renderChart } from './stats-chart.ts';
import { STYLE } from './stats-style.ts';
import type { StatsSource } from './stats-text.ts';

/** What the page says of the daemon itself, a name and a value a row. */
export type Configuration = readonly (readonly [string, string])[];

/** The page for people. It needs nothing from elsewhere and renews itself. */
export function renderStatsPage(source: StatsSource, configuration: Configuration): string {
  const { stats } = source;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>distccd</title><style>${STYLE}</style></head><body>
<h1>distccd</h1>
<p>Up for ${formatSpan(stats.now() - stats.startedAtMs)}</p>
${renderTiles(source)}
<h2>Compiling now</h2>
${renderJobs(stats)}
<h2>The last hour</h2>
${renderChart(stats)}
<h2>By compiler</h2>
${renderCompilers(stats)}
<h2>Since the start</h2>
${renderTable(
  [column('Ended', 'long'), column('Jobs', 'number')],
  outcomes.map((outcome) => [labels[outcome], String(stats.counts[outcome])]),
)}
<h2>Configuration</h2>
${renderTable([column('Setting'), column('Value', 'long')], configuration)}
</body></html>
`;
}

const MINUTE_MS = 60_000;

/** More would be no help to a reader. */
const MAX_ROWS = 100;

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

function renderTiles({ stats, slots, jobs }: StatsSource): string {
  const perMinute =
    stats.since(5 * MINUTE_MS).reduce((sum, { ok, failed }) => sum + ok + failed, 0) / 5;
  const tiles = [
    [`${slots.running} of ${jobs}`, 'slots in use'],
    [slots.queued, 'waiting'],
    [perMinute.toFixed(1), 'jobs a minute'],
    [stats.counts.ok, 'compiled'],
  ];
  return `<ul class="tiles">${tiles.map(([value, name]) => `<li><b>${value}</b>${name}</li>`).join('')}</ul>`;
}

function renderJobs(stats: Stats): string {
  if (stats.jobs.size === 0) return '<p class="none">Nothing.</p>';
  const columns = [
    column('Source', 'long'),
    ...['Compiler', 'Client', 'Since', 'Phase'].map((name) => column(name)),
  ];
  const rows = [...stats.jobs].slice(0, MAX_ROWS).map((job) => {
    const since = formatSpan(stats.now() - job.startedAtMs);
    return [job.source, job.compiler, job.client, since, job.phase];
  });
  const more = stats.jobs.size - rows.length;
  return (
    `<div class="jobs">${renderTable(columns, rows)}</div>` +
    (more > 0 ? `<p class="none">And ${more} more.</p>` : '')
  );
}

function renderCompilers({ compilers }: Stats): string {
  if (compilers.size === 0) return '<p class="none">None has been called.</p>';
  const numbers = ['Done', 'Failed', 'Mean'].map((name) => column(name, 'number'));
  const rows = [...compilers].map(([name, { ok, failed, busyMs }]) => {
    return [name, String(ok), String(failed), `${(busyMs / (ok + failed) / 1000).toFixed(2)} s`];
  });
  return renderTable([column('Name', 'long'), ...numbers], rows);
}

interface Column {
  readonly name: string;
  readonly kind: '' | 'long' | 'number';
}

function column(name: string, kind: Column['kind'] = ''): Column {
  return { name, kind };
}

function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, texts: readonly string[]): string => {
    const cells = texts.map((text, index) => {
      const kind = columns[index]?.kind ?? '';
      const names = [kind, kind === 'number' && text === '0' ? 'zero' : '']
        .filter(Boolean)
        .join(' ');
      return `<${tag}${names === '' ? '' : ` class="${names}"`}>${escape(text)}</${tag}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  };
  const head = row(
    'th',
    columns.map(({ name }) => name),
  );
  return `<div class="scroll"><table>${head}${rows.map((texts) => row('td', texts)).join('')}</table></div>`;
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
