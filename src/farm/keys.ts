import { createHash, createPrivateKey, createPublicKey, KeyObject, webcrypto } from 'node:crypto';
import { ArgumentError } from '../errors/index.ts';

const { subtle } = webcrypto;

/** ECDSA on P-256: what every TLS 1.3 must know (RFC 8446, 9.1). */
export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A pair for signing, that never leaves this process but as PEM. */
export function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

/** A private key as PEM (PKCS #8), encrypted where there is a passphrase. */
export function exportKey(key: webcrypto.CryptoKey, passphrase?: string): string {
  const secret = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return KeyObject.from(key)
    .export({ type: 'pkcs8', format: 'pem', ...secret })
    .toString();
}

/**
 * A private key of PEM with its public one.
 * @throws {ArgumentError} when it needs another passphrase, or is no such key
 */
export async function importKeys(
  pem: string,
  passphrase?: string,
): Promise<webcrypto.CryptoKeyPair> {
  try {
    const secret = passphrase === undefined ? {} : { passphrase };
    const key = createPrivateKey({ key: pem, format: 'pem', ...secret });
    const der = key.export({ type: 'pkcs8', format: 'der' });
    return {
      privateKey: await subtle.importKey('pkcs8', der, KEY_ALGORITHM, true, ['sign']),
      publicKey: await importPublicKey(createPublicKey(key)),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArgumentError(`Cannot read the key: ${reason}`, { cause });
  }
}

/** A public key, to be certified. */
export function importPublicKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ type: 'spki', format: 'der' });
  return subtle.importKey('spki', der, KEY_ALGORITHM, true, ['verify']);
}

/** What two people read to each other: SHA-256 of a public key, in groups. */
export function fingerprintOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const digest = createHash('sha256').update(der).digest('hex');
  return digest.replaceAll(/(.{8})(?=.)/g, '$1-');
}
