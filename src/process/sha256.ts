import { bun } from './bun.ts';

/** The digest of some texts in a row, in hex; in the executable without node:crypto, which takes 5 ms to load. */
export function sha256(...texts: readonly string[]): string {
  const hash =
    bun === undefined
      ? process.getBuiltinModule('node:crypto').createHash('sha256')
      : new bun.CryptoHasher('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}
