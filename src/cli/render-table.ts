import { DEFAULT_PORT } from '../hosts/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import { latencyOf } from './render-rows.ts';

/** What the terminal can show. */
export interface TableStyle {
  /** Longer lines are cut, so that they do not wrap. */
  readonly columns: number;
  readonly hasColor: boolean;
}

/** What is known of a stream: one that says nothing is no terminal. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const GREEN = '\u001B[32m';
const RED = '\u001B[31m';
const PLAIN = '\u001B[39m';

/**
 * The style of a table on a stream: as wide as the terminal, coloured unless NO_COLOR is set
 * (no-color.org); plain and whole in a pipe.
 */
export function terminalStyle(
  stream: TerminalStream,
  color: 'auto' | 'always' | 'never',
  env: NodeJS.ProcessEnv,
): TableStyle {
  const isTerminal = stream.isTTY === true;
  const isWanted = isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const columns = isTerminal && (stream.columns ?? 0) > 0 ? stream.columns : undefined;
  return {
    columns: columns ?? Infinity,
    hasColor: color === 'always' || (color === 'auto' && isWanted),
  };
}

const HEAD = ['HOST', 'ADDRESS', 'VERDICT', 'MS', 'COMPILER', 'REASON'] as const;

const plainStyle: TableStyle = { columns: Infinity, hasColor: false };

/** All rows as a table, a line a host, as wide as its longest words. */
export function renderTable(rows: readonly Row[], style: TableStyle = plainStyle): string {
  const body = rows.map(cellsOf);
  const widths = HEAD.map((head, column) =>
    body.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), head.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
      .slice(0, style.columns);
  const lines = rows.map((row, index) => paint(line(body[index] ?? []), row, style));
  return `${[line(HEAD), ...lines].join('\n')}\n`;
}

function cellsOf(row: Row): string[] {
  const { candidate, connectMs } = row;
  return [
    candidate.port === DEFAULT_PORT ? candidate.name : `${candidate.name}:${candidate.port}`,
    row.address ?? '-',
    row.verdict,
    connectMs === undefined ? '-' : latencyOf(row).toFixed(0),
    row.compiler ?? '-',
    row.reason ?? '',
  ];
}

function paint(line: string, row: Row, { hasColor }: TableStyle): string {
  if (!hasColor) return line;
  const color = isUp(row) ? GREEN : RED;
  return line.replace(new RegExp(`(?<= )${row.verdict}(?= |$)`), `${color}${row.verdict}${PLAIN}`);
}

/** The same table for a page of CI. */
export function renderMarkdown(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
  const good = rows.filter(isUp).length;
  return [
    `### distcc: ${good} of ${rows.length} hosts are good\n\n`,
    line(HEAD),
    line(HEAD.map(() => '---')),
    ...rows.map((row) => line(cellsOf(row))),
  ].join('');
}

/** A reason may quote a stranger: no picture, link or tag of his on our page. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\|`<>&[\]]/g, String.raw`\$&`);
}
