import 'reflect-metadata'; // the library's own parts find each other by it
import { randomBytes, webcrypto } from 'node:crypto';
import net from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509';
import { KEY_ALGORITHM } from './keys.ts';

const DAY_MS = 86_400_000;

/** Clocks of a farm differ: what is issued now is good an hour ago. */
const SKEW_MS = 3_600_000;

/** What a certificate says of a machine. */
export interface MachineWords {
  /** Names and addresses it serves under; none for a mere client. */
  readonly names: readonly string[];
  /** Its name as a client; none for a mere server. */
  readonly client?: string;
}

/** Whose certificates are issued. */
export interface Issuer {
  /** PEM. */
  readonly certificate: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** The name a machine goes by in the farm: as a client, for that is what a server's log shows. */
export function nameOf({ client, names }: MachineWords): string {
  return client ?? names[0] ?? '';
}

/** A new authority's own certificate, as PEM. @param days - how long it is good */
export async function certifyAuthority(
  keys: webcrypto.CryptoKeyPair,
  days: number,
): Promise<string> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...lifetime(days),
    // Two farms of one owner must not look alike.
    name: [{ CN: [`distcc farm ${randomBytes(4).toString('hex')}`] }],
    serialNumber: drawSerial(),
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate);
}

/** A machine's certificate, as PEM. */
export async function certify(
  words: MachineWords,
  publicKey: webcrypto.CryptoKey,
  issuer: Issuer,
  days: number,
): Promise<string> {
  const authority = new X509Certificate(issuer.certificate);
  const certificate = await X509CertificateGenerator.create({
    ...lifetime(days),
    subject: [{ CN: [nameOf(words)] }],
    issuer: authority.subjectName,
    serialNumber: drawSerial(),
    publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...extensionsOf(words),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  return toPem(certificate);
}

/** One entry of the list of the revoked. */
interface Revocation {
  /** Hexadecimal. */
  readonly serial: string;
  readonly revokedAt: Date;
}

/** The list of the revoked, as PEM; it is good until there is a longer one. */
export async function listRevoked(revoked: readonly Revocation[], issuer: Issuer): Promise<string> {
  const list = await X509CrlGenerator.create({
    issuer: new X509Certificate(issuer.certificate).subjectName,
    thisUpdate: new Date(Date.now() - SKEW_MS),
    ...(revoked.length > 0 && { entries: revoked.map(entryOf) }),
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)],
  });
  return `${PemConverter.encode(list.rawData, 'X509 CRL')}\n`; // the library's own word is "CRL"
}

/** With a reason, as an entry without any would carry an empty list of extensions, which is no DER. */
function entryOf({ serial, revokedAt }: Revocation) {
  const reason = X509CrlReason.privilegeWithdrawn;
  return { serialNumber: serial, revocationDate: revokedAt, reason };
}

/** What a certificate may be used for (RFC 5280, 4.2.1.12). */
export const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** What a certificate or a request says of a machine beside its key. */
export function extensionsOf({ names, client }: MachineWords) {
  const usages = [
    ...(names.length > 0 ? [USAGES.server] : []),
    ...(client === undefined ? [] : [USAGES.client]),
  ];
  const alternatives = names.map((value) => {
    return { type: net.isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value };
  });
  return [
    new ExtendedKeyUsageExtension(usages),
    ...(names.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : []),
  ];
}

function lifetime(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - SKEW_MS), notAfter: new Date(now + days * DAY_MS) };
}

/** Drawn, so that nothing has to count; positive, and of the same length each time. */
function drawSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** Anything of the library's as PEM, with its last line ended. */
export function toPem(data: { toString(format: 'pem'): string }): string {
  return `${data.toString('pem')}\n`;
}
