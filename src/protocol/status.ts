/** The signals a compiler dies of, with the numbers all Unix systems share. */
const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

const SIGNAL_BITS = 0x7f;
const CORE_DUMPED = 0x80;

/**
 * The wait status of a compiler that ended by itself (fact sheet 1.5).
 * @param code - 0 to 255
 * @throws {RangeError} for any other number
 */
export function exitStatus(code: number): number {
  checkRange('exit code', code, 0, 255);
  return code << 8;
}

/**
 * The wait status of a compiler that a signal ended.
 * @param signal - the signal's number, 1 to 126
 * @throws {RangeError} for any other number
 */
export function signalStatus(signal: number): number {
  checkRange('signal', signal, 1, 126);
  return signal;
}

/** The exit code a shell would show for a wait status: the compiler's own, or 128 and the signal's number. */
export function exitCodeOf(status: number): number {
  const signal = status & SIGNAL_BITS;
  return signal === 0 ? (status >>> 8) & 0xff : 128 + signal;
}

/** A wait status in words: `exit code 1`, `signal SIGSEGV, core dumped`. */
export function describeStatus(status: number): string {
  const signal = status & SIGNAL_BITS;
  if (signal === 0) return `exit code ${exitCodeOf(status)}`;
  const core = (status & CORE_DUMPED) === 0 ? '' : ', core dumped';
  return `signal ${signalNames[signal] ?? signal}${core}`;
}

function checkRange(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`Cannot make a wait status of ${what} ${value}: ${least} to ${most} wanted`);
}
