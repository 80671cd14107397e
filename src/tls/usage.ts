import type { X509Certificate } from 'node:crypto';

/** What a certificate may be used for (RFC 5280, 4.2.1.12). */
const usages = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const;

/**
 * Why a certificate, signed as it should be, is not good for its part in a connection. OpenSSL lets one
 * pass that names no usage at all; here, who may serve must be written in it.
 */
export function whyUnfit(
  certificate: X509Certificate,
  part: keyof typeof usages,
  nowMs: number,
): string | undefined {
  // Node's types forget that a certificate need not have the extension.
  const usage = certificate.keyUsage as readonly string[] | undefined;
  if (usage?.includes(usages[part]) !== true) return `its certificate is not for a ${part}`;
  if (Date.parse(certificate.validTo) <= nowMs) return 'its certificate has expired';
  return undefined;
}
