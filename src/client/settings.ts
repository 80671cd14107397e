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
  /** Print a host's messages as they are, rather than run the compiler here for its own. */
  readonly takesHostMessages: boolean;
  /** How long a host may take to accept a connection. */
  readonly connectTimeoutMs: number;
  /** How long a host may compile before its answer begins. */
  readonly firstByteTimeoutMs: number;
  /** The longest silence in the middle of a job. */
  readonly ioTimeoutMs: number;
  /** The longest a job may be at one host. */
  readonly jobTimeoutMs: number;
  /** The share of the jobs, 0 to 1, that is compiled once more and compared. */
  readonly auditShare: number;
  /** Whether jobs ask this user's broker for their slots. */
  readonly usesBroker: boolean;
  readonly isVerbose: boolean;
  readonly logFile?: string;
  /** How deep distcc stands in distcc: 0 when a person or make called it. */
  readonly safeguardLevel: number;
}

/** The original's limit for one blocked read or write. */
const IO_TIMEOUT_SEC = 300;

/** The original's limit for one address. */
const CONNECT_TIMEOUT_SEC = 4;

/** A host that sends a byte now and then must end some time too: thrice distccd's `--job-lifetime`. */
const JOB_TIMEOUT_SEC = 900;

/**
 * Read the environment.
 * @throws {ArgumentError} when a limit is not a positive whole number, or a share is none
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const hostsText = env['DISTCC_HOSTS'];
  const logFile = env['DISTCC_LOG'];
  const ioTimeoutMs = readTimeout(env, 'DISTCC_IO_TIMEOUT', IO_TIMEOUT_SEC);
  return {
    ...(hostsText === undefined ? {} : { hostsText }),
    ...(logFile === undefined || logFile === '' ? {} : { logFile }),
    folder: distccFolder(env),
    fallsBack: env['DISTCC_FALLBACK'] !== '0',
    skipsLocalRetry: env['DISTCC_SKIP_LOCAL_RETRY'] !== undefined,
    takesHostMessages: env['DISTCC_MESSAGES'] === 'host',
    connectTimeoutMs: readTimeout(env, 'DISTCC_CONNECT_TIMEOUT', CONNECT_TIMEOUT_SEC),
    firstByteTimeoutMs: readTimeout(env, 'DISTCC_FIRST_BYTE_TIMEOUT', ioTimeoutMs / 1000),
    ioTimeoutMs,
    jobTimeoutMs: readTimeout(env, 'DISTCC_JOB_TIMEOUT', JOB_TIMEOUT_SEC),
    auditShare: readShare(env['DISTCC_AUDIT']),
    usesBroker: env['DISTCC_BROKER'] !== '0',
    isVerbose: env['DISTCC_VERBOSE'] === '1',
    safeguardLevel: Number.parseInt(env['_DISTCC_SAFEGUARD'] ?? '0', 10) || 0,
  };
}

/** @returns milliseconds */
function readTimeout(env: NodeJS.ProcessEnv, name: string, usualSec: number): number {
  const text = env[name];
  if (text === undefined) return usualSec * 1000;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value * 1000;
  throw new ArgumentError(`Cannot take ${name}="${text}": want a positive whole number of seconds`);
}

/** @returns 0 to 1 */
function readShare(text: string | undefined): number {
  if (text === undefined) return 0;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100;
  throw new ArgumentError(
    `Cannot take DISTCC_AUDIT="${text}": want a share of the jobs, 0% to 100%, like 1% or 0.5%`,
  );
}
