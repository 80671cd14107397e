import { lzoCompress, lzoDecompress } from '../../src/protocol/index.ts';
import { naiveDecompress } from './naive-lzo.ts';

/** What is used of ava's `t`. */
export interface Assertions {
  readonly deepEqual: (actual: unknown, expected: unknown) => unknown;
  readonly true: (actual: boolean, message?: string) => unknown;
}

/** Our block must be the plain text again, for us and for the naive decoder; returns the block. */
export function assertRoundTrip(t: Assertions, plain: Uint8Array): Uint8Array {
  const block = lzoCompress(plain);
  t.true(Buffer.compare(lzoDecompress(block, { maxBytes: 2 ** 24 }), plain) === 0);
  if (plain.length > 0) t.true(Buffer.compare(naiveDecompress(block), plain) === 0);
  return block;
}
