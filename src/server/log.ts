/** How loud a line is; the names of syslog that distccd's --log-level takes. */
export const logLevels = [
  'emerg',
  'alert',
  'crit',
  'error',
  'warning',
  'notice',
  'info',
  'debug',
] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** How lines look: the original's, or one JSON object each. */
export const logFormats = ['text', 'json'] as const;

/** One of {@link logFormats}. */
export type LogFormat = (typeof logFormats)[number];

/** What a line says beyond its text, for programs. */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

/** Where a daemon says what it does. */
export type Log = (level: LogLevel, text: string, fields?: LogFields) => void;

/** Takes whole lines, newline included. */
export type WriteLine = (line: string, level: LogLevel) => void;

const prefixes: Partial<Record<LogLevel, string>> = {
  emerg: 'CRITICAL! ',
  alert: 'CRITICAL! ',
  crit: 'CRITICAL! ',
  error: 'ERROR: ',
  warning: 'Warning: ',
};

/**
 * A log in the original's line shape: `distccd[PID] ERROR: text`, or as JSON objects.
 * @param loudest - lines below this level are dropped
 */
export function makeLog(write: WriteLine, loudest: LogLevel, format: LogFormat = 'text'): Log {
  const last = logLevels.indexOf(loudest);
  const render = format === 'json' ? renderJson : renderText;
  return (level, text, fields = {}) => {
    if (logLevels.indexOf(level) > last) return;
    write(render(level, text, fields), level);
  };
}

function renderText(level: LogLevel, text: string): string {
  return `distccd[${process.pid}] ${prefixes[level] ?? ''}${oneLine(text)}\n`;
}

function renderJson(level: LogLevel, message: string, fields: LogFields): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ time, level, pid: process.pid, message, ...fields })}\n`;
}

/** Names come from clients: none may end the line and begin one of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
