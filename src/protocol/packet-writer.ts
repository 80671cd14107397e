import { lzoCompress } from './lzo/index.ts';
import { encodeHead } from './packet.ts';
import type { ProtocolVersion, Token } from './packet.ts';

/** Pieces shorter than this are copied together: one memory copy is cheaper than one more vector. */
const JOINED_BYTES = 16_384;

const utf8 = new TextEncoder();

/**
 * A packet with a text as its body.
 * @throws {RangeError} when the text holds a NUL: the original's receiver would cut it there
 */
export function textPacket(token: Token, text: string): Uint8Array[] {
  if (text.includes('\0')) {
    throw new RangeError(`Cannot write ${token} ${JSON.stringify(text)}: it holds a NUL`);
  }
  const body = utf8.encode(text);
  return [encodeHead({ token, parameter: body.length }), body];
}

/** A packet with a bulk body, compressed where the version says so; an empty one has no body at all. */
export function bulkPacket(
  token: Token,
  plain: Uint8Array,
  version: ProtocolVersion,
): Uint8Array[] {
  const body = version === 1 ? plain : lzoCompress(plain);
  return [encodeHead({ token, parameter: body.length }), body];
}

/** Join neighbours that are small, and leave large pieces as they are: the chunks of one writev. */
export function joinSmallPieces(pieces: readonly Uint8Array[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  for (const piece of pieces) {
    if (piece.length < JOINED_BYTES) {
      small.push(piece);
      continue;
    }
    if (small.length > 0) chunks.push(concatenate(small));
    small = [];
    chunks.push(piece);
  }
  if (small.length > 0) chunks.push(concatenate(small));
  return chunks;
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
