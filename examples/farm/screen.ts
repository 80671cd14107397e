import { styleText } from 'node:util';

/** What a person sees: plain lines, with colours and a line of status only on a terminal. */
export interface Screen {
  line(...lines: readonly string[]): void;
  title(text: string): void;
  /** A line as a person would type it. */
  command(text: string): void;
  /** A good line or a bad one, broken between words where the terminal is too narrow. */
  verdict(text: string, isGood: boolean): void;
  /** What is going on; the next output takes its place. Only on a terminal. */
  status(text: string): void;
}

/** The part of a stream that a screen needs. */
export interface ScreenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001B[K';

/** @param env - NO_COLOR (https://no-color.org) and TERM are heeded */
export function makeScreen(stream: ScreenStream, env: NodeJS.ProcessEnv): Screen {
  const isTerminal = stream.isTTY === true;
  const hasColours = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint = (colour: Parameters<typeof styleText>[0], text: string): string =>
    hasColours ? styleText(colour, text, { validateStream: false }) : text;
  const line = (...lines: readonly string[]): void => {
    const clear = isTerminal ? CLEAR_LINE : '';
    stream.write(clear + lines.map((each) => `${each}\n`).join(''));
  };
  const width = isTerminal ? (stream.columns ?? 80) : Infinity;
  return {
    line,
    title: (text) => {
      line(paint('bold', text));
    },
    command: (text) => {
      line(paint('cyan', `$ ${text}`));
    },
    verdict: (text, isGood) => {
      const [head = '', ...rest] = wrap(text, width);
      line(paint(isGood ? 'green' : 'red', head), ...rest);
    },
    status: (text) => {
      if (isTerminal) stream.write(`${CLEAR_LINE}${text.slice(0, width - 1)}`);
    },
  };
}

/**
 * Break a line between words; what follows the first part is indented.
 * @param width - in columns
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = `    ${word}`;
    }
  }
  return [...lines, line];
}
