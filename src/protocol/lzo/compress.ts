import { LzoWriter } from './writer.ts';

/** Of the format: the farthest a match may reach back (opcodes 16–31). */
const MAX_DISTANCE = 49_151;

// Chosen here, measured on preprocessed C++.
const HASH_BITS = 14;
/** Text without matches is looked at ever more coarsely: one step more for each 32 bytes. */
const SKIP_SHIFT = 5;
const MATCH_BYTES = 4;

/**
 * Compress into one raw LZO1X block, as protocols 2 and 3 want it (fact sheet 1.6). Greedy: the
 * last place where four bytes stood is the only one looked at, as in LZO1X-1.
 * @returns the block; nothing at all for nothing, as distcc sends an empty body
 */
export function lzoCompress(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return new Uint8Array(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const writer = new LzoWriter(bytes);
  const lastPlace = new Int32Array(2 ** HASH_BITS);
  const lastStart = bytes.length - MATCH_BYTES;
  let literalStart = 0;
  let at = 1;
  while (at <= lastStart) {
    const word = view.getInt32(at, true);
    const slot = Math.imul(word, 0x9e37_79b1) >>> (32 - HASH_BITS);
    const earlier = lastPlace[slot] ?? 0;
    lastPlace[slot] = at;
    if (at - earlier > MAX_DISTANCE || view.getInt32(earlier, true) !== word) {
      at += 1 + ((at - literalStart) >> SKIP_SHIFT);
      continue;
    }
    const length = MATCH_BYTES + commonLength(view, earlier + MATCH_BYTES, at + MATCH_BYTES);
    writer.addLiterals(literalStart, at);
    writer.addMatch(at - earlier, length);
    at += length;
    literalStart = at;
  }
  writer.addLiterals(literalStart, bytes.length);
  return writer.finish();
}

/** How many bytes are the same from two places on, the second being the later one. */
function commonLength(view: DataView, earlier: number, later: number): number {
  const end = view.byteLength;
  let at = later;
  const shift = later - earlier;
  while (at + 4 <= end) {
    const difference = view.getInt32(at, true) ^ view.getInt32(at - shift, true);
    if (difference !== 0) return at - later + ((31 - Math.clz32(difference & -difference)) >> 3);
    at += 4;
  }
  while (at < end && view.getUint8(at) === view.getUint8(at - shift)) at += 1;
  return at - later;
}
