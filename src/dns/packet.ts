import { readUInt16, readUInt8 } from './integers.ts';
import { decodeMessage, encodeQuestion, HEADER_BYTES } from './message.ts';
import type { Asked } from './message.ts';
import { readOneAddress } from './one-address.ts';
import type { DnsRecord, RecordOf, RecordType } from './types.ts';

export { encodeQuestion };

/** RFC 1035, section 4.1.1. */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** More aliases than this behind one another are a loop. */
const MAX_ALIASES = 16;

/** What a server said. */
export interface Reply {
  /** NOERROR, NXDOMAIN, SERVFAIL … (RFC 1035, section 4.1.1), or RCODE7. */
  readonly rcode: string;
  readonly isTruncated: boolean;
  readonly records: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** Whether bytes claim to be the answer to exactly this question: id, QR bit, opcode, name, type, class. */
export function isAnswerTo(question: Buffer, bytes: Buffer): boolean {
  return (
    bytes.length >= question.length &&
    readUInt16(bytes, 0) === readUInt16(question, 0) &&
    (readUInt8(bytes, 2) & 0xf8) === 0x80 && // a response to a standard query
    readUInt16(bytes, 4) === 1 &&
    isSameName(question, bytes)
  );
}

/** Nearly every server writes the question back as it was: that is cheap to see. */
function isSameName(question: Buffer, bytes: Buffer): boolean {
  const end = question.length;
  return (
    question.compare(bytes, HEADER_BYTES, end, HEADER_BYTES, end) === 0 ||
    lowerCase(bytes, end) === lowerCase(question, end)
  );
}

/** Lengths of labels are below 64, so nothing but letters changes. */
function lowerCase(bytes: Buffer, end: number): string {
  return bytes.toString('latin1', HEADER_BYTES, end).toLowerCase();
}

/**
 * What the bytes say, or undefined when they are no DNS message. Of a truncated reply only the fact is
 * told: it may end in the middle of a record.
 * @param asked - the question that it is known to be the answer to
 */
export function decodeReply(bytes: Buffer, asked?: Asked): Reply | undefined {
  const isTruncated = bytes.length >= HEADER_BYTES && (readUInt8(bytes, 2) & 0x02) !== 0;
  if (isTruncated) return { rcode: 'NOERROR', isTruncated, records: [], additionals: [] };
  const only = asked && readOneAddress(bytes, asked);
  if (only !== undefined)
    return { rcode: 'NOERROR', isTruncated, records: [only], additionals: [] };
  try {
    const { rcode, answers, additionals } = decodeMessage(bytes, asked);
    return { rcode: RCODES[rcode] ?? `RCODE${rcode}`, isTruncated, records: answers, additionals };
  } catch {
    return undefined;
  }
}

/** The records of a type that a name has in a reply, aliases followed (RFC 1034, section 3.6.2). */
export function recordsFor<T extends RecordType>(
  { records }: Reply,
  name: string,
  type: T,
): RecordOf<T>[] {
  let owner = name.toLowerCase();
  for (let aliasCount = 0; aliasCount <= MAX_ALIASES; aliasCount++) {
    const wanted: RecordOf<T>[] = [];
    let alias: string | undefined;
    for (const record of records) {
      if (record.name !== owner && record.name.toLowerCase() !== owner) continue;
      if (isOfType(record, type)) wanted.push(record);
      else if (record.type === 'CNAME') alias ??= record.data.toLowerCase();
    }
    if (wanted.length > 0 || alias === undefined) return wanted;
    owner = alias;
  }
  return [];
}

function isOfType<T extends RecordType>(
  record: DnsRecord,
  type: T,
): record is RecordOf<T> & DnsRecord {
  return record.type === type;
}
