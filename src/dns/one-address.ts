import { readUInt16, readUInt8 } from './integers.ts';
import { CLASS_IN, HEADER_BYTES, POINTER, readIPv4, TYPES } from './message.ts';
import type { Asked } from './message.ts';
import type { RecordOf } from './types.ts';

/** One answer, and nothing else. */
const ONE_ANSWER = Buffer.from([0, 1, 0, 0, 0, 0]);
/** The name of the question, A, IN. */
const SAME_NAME_A = Buffer.from([POINTER, HEADER_BYTES, 0, TYPES.A, 0, CLASS_IN]);

/**
 * The record of a message that holds one A record and nothing else, as nearly all of a farm's do: to see that
 * takes a fifth of what `decodeMessage()` takes.
 */
export function readOneAddress(bytes: Buffer, { name, end }: Asked): RecordOf<'A'> | undefined {
  const isAlone =
    bytes.length === end + 16 &&
    (readUInt8(bytes, 3) & 0xf) === 0 &&
    bytes.compare(ONE_ANSWER, 0, 6, 6, 12) === 0 &&
    bytes.compare(SAME_NAME_A, 0, 6, end, end + 6) === 0;
  if (!isAlone || readUInt16(bytes, end + 10) !== 4) return undefined;
  const ttlSeconds = readUInt16(bytes, end + 6) * 0x1_0000 + readUInt16(bytes, end + 8);
  return { name, type: 'A', ttlSeconds, data: readIPv4(bytes, end + 12) };
}
