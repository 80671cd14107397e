import {
  codeOf,
  ConnectError,
  IoError,
  TimeoutError,
  TlsError,
  UntrustedError,
} from '../errors/index.ts';
import { SshError } from '../ssh/ssh-error.ts';
import type { SshFault } from '../ssh/index.ts';
import type { ProbeResult } from './probe.ts';
import type { Verdict } from './verdict.ts';

/** Codes that say that no machine took the packet, rather than that one turned it away. */
const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'EINVAL',
  'EAFNOSUPPORT',
]);

/** Codes of this machine's own troubles: no network, no route, no more open files, a filter of its own. */
const LOCAL_FAULTS = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EPERM',
  'EACCES',
  'EINVAL',
  'EAFNOSUPPORT',
]);

/** OpenSSL's codes for a list of the revoked that says nothing: it is our own that is no good. */
const OWN_LIST_FAULTS = new Set([
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'UNABLE_TO_GET_CRL',
  'CRL_SIGNATURE_FAILURE',
]);

/** What went wrong before the connection was a trusted one. */
function judgeTls(error: unknown): ProbeResult | undefined {
  if (error instanceof UntrustedError) {
    const isLocalFault = OWN_LIST_FAULTS.has(codeOf(error.cause));
    return { verdict: 'untrusted', reason: error.message, ...(isLocalFault && { isLocalFault }) };
  }
  if (error instanceof TlsError) return { verdict: 'tls-failed', reason: error.message };
  if (!(error instanceof IoError)) return undefined;
  return { verdict: 'tls-failed', reason: error.message, isLocalFault: true };
}

/** What ssh's faults are for a host. */
const SSH_VERDICTS = {
  'host-key': 'untrusted',
  login: 'denied',
  'no-daemon': 'refused',
  'no-such-name': 'no-such-name',
  refused: 'refused',
  unreachable: 'unreachable',
  'no-ssh': 'unreachable',
} as const satisfies Record<SshFault, Verdict>;

function judgeSsh({ fault, message: reason }: SshError): ProbeResult {
  return {
    verdict: SSH_VERDICTS[fault],
    reason,
    ...(fault === 'no-ssh' && { isLocalFault: true }),
  };
}

/**
 * What a connection that was not made says of a host.
 * @throws what is no fault of a connection
 */
export function judgeConnection(error: unknown): ProbeResult {
  if (error instanceof SshError) return judgeSsh(error);
  const overTls = judgeTls(error);
  if (overTls !== undefined) return overTls;
  if (error instanceof TimeoutError) {
    return { verdict: 'connect-timeout', reason: error.message };
  }
  if (!(error instanceof ConnectError)) throw error;
  const code = codeOf(error.cause);
  if (code === 'ECONNRESET') {
    return { verdict: 'denied', reason: 'It reset the connection before it read the request' };
  }
  const hint = code === 'EINVAL' ? ' (a link-local address wants its interface: fe80::1%eth0)' : '';
  return {
    verdict: UNREACHABLE.has(code) ? 'unreachable' : 'refused',
    reason: `${error.message}${hint}`,
    ...(LOCAL_FAULTS.has(code) && { isLocalFault: true }),
  };
}
