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

/** Where a daemon says what it does. */
export type Log = (level: LogLevel, text: string) => void;

const prefixes: Partial<Record<LogLevel, string>> = {
  emerg: 'CRITICAL! ',
  alert: 'CRITICAL! ',
  crit: 'CRITICAL! ',
  error: 'ERROR: ',
  warning: 'Warning: ',
};

/**
 * A log in the original's line shape: `distccd[PID] ERROR: text`.
 * @param write - takes whole lines, newline included
 * @param loudest - lines below this level are dropped
 */
export function makeLog(write: (line: string) => void, loudest: LogLevel): Log {
  const last = logLevels.indexOf(loudest);
  return (level, text) => {
    if (logLevels.indexOf(level) > last) return;
    write(`distccd[${process.pid}] ${prefixes[level] ?? ''}${text}\n`);
  };
}
