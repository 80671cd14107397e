import type tls from 'node:tls';
import { IoError } from '../errors/index.ts';
import type { Identity } from './identity.ts';

/** An older TLS shows who is asking to everybody on the way, and its resumption keeps old keys. */
const MIN_VERSION = 'TLSv1.3';

/** How an identity becomes options of node:tls. */
export function tlsOptions(identity: Identity) {
  const { ca, cert, key, passphrase, revoked } = identity;
  return {
    minVersion: MIN_VERSION,
    ...{ ca, cert, key },
    ...(passphrase !== undefined && { passphrase }),
    ...(revoked !== undefined && { crl: revoked }),
  } as const satisfies tls.SecureContextOptions;
}

/** Only who is with us may be trusted with a ticket: nobody's certificate is believed here. */
export const ticketOptions = {
  minVersion: MIN_VERSION,
  ca: [],
} as const satisfies tls.SecureContextOptions;

/** Loads node:tls, which plain hosts do without, and in the executable those who take tickets. */
export function makeSecureContext(options: tls.SecureContextOptions): tls.SecureContext {
  return process.getBuiltinModule('node:tls').createSecureContext(options);
}

const contexts = new WeakMap<Identity, tls.SecureContext>();

/**
 * An identity, prepared for a client's connections: once, however many.
 * @throws {IoError} when its files make no sense or do not belong together
 */
export function contextOf(identity: Identity): tls.SecureContext {
  const context = contexts.get(identity) ?? makeContext(identity);
  contexts.set(identity, context);
  return context;
}

function makeContext(identity: Identity): tls.SecureContext {
  try {
    return makeSecureContext(tlsOptions(identity));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IoError(`Cannot use the TLS files in "${identity.folder}": ${reason}`, { cause });
  }
}
