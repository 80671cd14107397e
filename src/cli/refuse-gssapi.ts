import { ArgumentError } from '../errors/index.ts';
import type { CommandLine } from './command-line.ts';

const GSSAPI_OPTIONS = ['auth', 'show-principal', 'blacklist', 'whitelist'] as const;

/**
 * The original can be built with GSS-API, which takes a library of the system's; here TLS proves who is
 * who. A daemon that was to ask its clients for proof must not start without.
 * @throws {ArgumentError} when one of its options is given
 */
export function refuseGssapi(line: CommandLine): void {
  const given = GSSAPI_OPTIONS.find((name) => line.has(name) || line.text(name) !== undefined);
  if (given === undefined) return;
  throw new ArgumentError(
    `Cannot do --${given}: GSS-API is not built in, want --tls (docs/farm.md)`,
  );
}
