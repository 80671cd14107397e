import { ConnectError } from '../errors/index.ts';

/** What kept ssh from bringing us to a daemon. */
export type SshFault =
  /** The host's key is not the one we know, or we know none. */
  | 'host-key'
  /** The host does not let us in. */
  | 'login'
  /** We are in, and there is no distccd. */
  | 'no-daemon'
  | 'no-such-name'
  | 'refused'
  /** No way there, or nobody who answers; also whatever ssh says that we do not know. */
  | 'unreachable'
  /** There is no ssh on this machine. */
  | 'no-ssh';

/** A host that ssh did not bring us to, and why. */
export class SshError extends ConnectError {
  readonly fault: SshFault;

  constructor(fault: SshFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** What ssh says, in its own words; the first that fits counts. */
const signs: readonly (readonly [RegExp, SshFault])[] = [
  [/host key verification failed|host identification has changed|host key .* known/i, 'host-key'],
  [/permission denied|too many authentication failures|no supported auth/i, 'login'],
  [/could not resolve hostname/i, 'no-such-name'],
  [/connection refused/i, 'refused'],
];

/** Exit codes of a shell that could not run the command. */
const NOT_FOUND = [126, 127];

/**
 * Why a use of ssh came to nothing.
 * @param name - the host's entry
 * @param code - ssh's exit code; null when a signal ended it
 * @param said - its standard error
 */
export function explainSsh(name: string, code: number | null, said: string): SshError {
  const lines = said.split(/[\r\n]+/).map(clean);
  if (code !== null && NOT_FOUND.includes(code)) {
    return new SshError(
      'no-daemon',
      `Cannot reach ${name}: no distccd there${quote(lastOf(lines))}`,
    );
  }
  for (const [sign, fault] of signs) {
    const line = lines.find((each) => sign.test(each));
    if (line !== undefined) return new SshError(fault, `Cannot reach ${name}: ssh said "${line}"`);
  }
  const how = code === null ? 'was killed' : `ended with ${code}`;
  return new SshError('unreachable', `Cannot reach ${name}: ssh ${how}${quote(lastOf(lines))}`);
}

function quote(line: string): string {
  return line === '' ? '' : ` and said "${line}"`;
}

function lastOf(lines: readonly string[]): string {
  return lines.findLast((line) => line !== '') ?? '';
}

/** A stranger's words go to a terminal: without what steers it. */
function clean(line: string): string {
  return line
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200);
}
