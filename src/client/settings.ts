import { ArgumentError } from '../errors/index.ts';
import { distccFolder } from '../process/index.ts';

/** What the environment asks of a client (distcc(1), ENVIRONMENT VARIABLES). */
export interface Settings {
  /** `$DISTCC_HOSTS`, when set, even to nothing. */
  readonly hostsText?: string;
  /** `$DISTCC_DIR`, or `~/.distcc`. */
  readonly folder: string;
  readonly fallsBack: boolean;
  /** Believe a remote compile error at once. */
  readonly skipsLocalRetry: boolean;
  readonly ioTimeoutMs: number;
  readonly isVerbose: boolean;
  readonly logFile?: string;
  /** How deep distcc stands in distcc: 0 when a person or make called it. */
  readonly safeguardLevel: number;
}

/** The original's limit for one blocked read or write. */
const IO_TIMEOUT_SEC = 300;

/**
 * Read the environment.
 * @throws {ArgumentError} when DISTCC_IO_TIMEOUT is not a positive whole number
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const hostsText = env['DISTCC_HOSTS'];
  const logFile = env['DISTCC_LOG'];
  return {
    ...(hostsText === undefined ? {} : { hostsText }),
    ...(logFile === undefined || logFile === '' ? {} : { logFile }),
    folder: distccFolder(env),
    fallsBack: env['DISTCC_FALLBACK'] !== '0',
    skipsLocalRetry: env['DISTCC_SKIP_LOCAL_RETRY'] !== undefined,
    ioTimeoutMs: readIoTimeout(env['DISTCC_IO_TIMEOUT']) * 1000,
    isVerbose: env['DISTCC_VERBOSE'] === '1',
    safeguardLevel: Number.parseInt(env['_DISTCC_SAFEGUARD'] ?? '0', 10) || 0,
  };
}

function readIoTimeout(text: string | undefined): number {
  if (text === undefined) return IO_TIMEOUT_SEC;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new ArgumentError(
    `Cannot take DISTCC_IO_TIMEOUT="${text}": want a positive whole number of seconds`,
  );
}
