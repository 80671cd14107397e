import { judge, medianOf, ratioOf } from './compare.ts';
import { picturesOf } from './draw.ts';
import { formatFigure } from './format-figure.ts';
import { formatJudgement, programsOf } from './format.ts';
import type { Results, Row } from './results.ts';

/** Of load, for each processor: above, a run did not have the machine to itself. */
const BUSY = 0.75;

const INTRODUCTION = `# Benchmarks

<!-- Written by \`npm run bench\`, from the figures in benchmarks/*.json: not to be changed by hand. -->

\`npm run bench\` measures our programs beside the original's and writes this page; \`npm run bench -- SUBJECT\` renews
one part of it. The programs of a row took turns on one machine. A cell shows the median, then × its ratio to the
first program, and below the lowest and the highest figure. Ratios and differences are taken round by round, and are
the median of those; where one program took part in fewer rounds, they are those of the medians. *Original* is
Debian's distcc, *executable* what \`npm run build:bin\` makes, *Node* the same programs run by Node.`;

/** The whole page, in Markdown. @param all - the runs to show, in their order */
export function renderPage(all: readonly Results[]): string {
  const parts = [
    INTRODUCTION,
    renderOverview(all),
    ...(all.some(isBusy) ? [BUSY_NOTE] : []),
    '## Machine and versions',
    ...renderEnvironments(all),
    ...all.flatMap(renderSubject),
  ];
  return `${parts.join('\n\n')}\n`;
}

const BUSY_NOTE =
  '**The machine was busy** when a run marked so started: its load average was above three quarters of its ' +
  'number of processors. Times of such a run say little, and ratios less than they could.';

function renderOverview(all: readonly Results[]): string {
  const rows = all.map((run) => {
    const judgements = run.rows.flatMap((row) => judge(row, run.baseline));
    const kept = judgements.filter(({ isKept }) => isKept).length;
    return [
      `[${run.name}](#${run.name})`,
      escape(run.summary),
      `${kept} of ${judgements.length}`,
      run.effort,
      `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
      `${run.tookS} s`,
      `${run.load.toFixed(2)}${isBusy(run) ? ' **(busy)**' : ''}`,
    ];
  });
  const head = ['subject', 'what', 'wanted and kept', 'run', 'started', 'took', 'load at start'];
  return table(head, rows);
}

function isBusy({ load, processors }: Results): boolean {
  return load > BUSY * processors;
}

/** Each environment once, with the subjects that were measured in it where there are several. */
function renderEnvironments(all: readonly Results[]): string[] {
  const keyOf = ({ environment }: Results): string => JSON.stringify(environment);
  const keys = [...new Set(all.map(keyOf))];
  return keys.flatMap((key) => {
    const runs = all.filter((run) => keyOf(run) === key);
    const names = runs.map(({ name }) => name).join(', ');
    const facts = Object.entries(runs[0]?.environment ?? {});
    const rows = facts.map(([name, value]) => [name, escape(value)]);
    return [...(keys.length > 1 ? [`For ${names}:`] : []), table(['', ''], rows)];
  });
}

function renderSubject(run: Results): string[] {
  const { name, summary, notes, rows, baseline } = run;
  const programs = programsOf(rows, baseline);
  const lines = rows.map((row) => [
    escape(row.name),
    ...programs.map((program) => renderCell(row, program, baseline)),
    renderWanted(row, baseline),
  ]);
  return [
    `## ${name}`,
    `${escape(summary)}.`,
    ...(notes.length > 0 ? [notes.map((note) => `- ${escape(note)}`).join('\n')] : []),
    ...picturesOf(run).map((picture) => `![${picture.title}](benchmarks/${picture.name}.svg)`),
    table(['', ...programs.map(escape), 'wanted'], lines),
  ];
}

function renderCell(row: Row, program: string, baseline: string): string {
  const values = row.samples[program] ?? [];
  const remark = row.remarks?.[program];
  const lines = [
    ...(values.length > 0 ? renderFigures(row, program, baseline) : []),
    ...(remark === undefined ? [] : [escape(remark)]),
  ];
  return lines.join('<br>');
}

function renderFigures(row: Row, program: string, baseline: string): string[] {
  const values = row.samples[program] ?? [];
  const ratio = program === baseline ? NaN : ratioOf(row, program, baseline);
  const share = Number.isNaN(ratio) ? '' : ` × ${formatFigure(ratio)}`;
  const [lowest, highest] = [Math.min(...values), Math.max(...values)].map(formatFigure);
  return [
    `${formatFigure(medianOf(values))} ${row.unit}${share}`,
    `<sub>${lowest ?? ''}–${highest ?? ''}</sub>`,
  ];
}

function renderWanted(row: Row, baseline: string): string {
  const judgements = judge(row, baseline).map((one) => {
    const text = escape(formatJudgement(one, row.unit));
    return one.isKept ? `kept: ${text}` : `**missed**: ${text}`;
  });
  const faults = (row.faults ?? []).map((fault) => `**wrong**: ${escape(fault)}`);
  return [...judgements, ...faults].join('<br>');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** For a cell of a table, where `<iostream>` would be a tag. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|');
}
