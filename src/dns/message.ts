import { canonicalAddress } from '../net/index.ts';
import { readUInt16, readUInt8 } from './integers.ts';
import type { DnsRecord, RecordData, RecordType } from './types.ts';

/** RFC 1035, section 4.1.1. */
export const HEADER_BYTES = 12;

/** RFC 1035, 3.2.2; RFC 3596; RFC 2782. */
export const TYPES: Readonly<Record<RecordType, number>> = {
  A: 1,
  CNAME: 5,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
};
const TYPE_OF = new Map(Object.entries(TYPES).map(([type, code]) => [code, type as RecordType]));
/** RFC 1035, 3.2.4: no other network is left. */
export const CLASS_IN = 1;
const MAX_LABEL_BYTES = 63;
/** A name's length byte with both upper bits set begins a pointer. */
export const POINTER = 0xc0;
/** A name has 127 labels at most, each behind a pointer: what goes on is a loop, or thousands to keep us busy. */
const MAX_STEPS = 2 * 127;

/** The question of a message. */
export interface Asked {
  readonly name: string;
  /** Where it ends. */
  readonly end: number;
}

/** What a message holds beside its question. */
export interface Message {
  readonly rcode: number;
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/**
 * A recursive question.
 * @param name - a full name of printable ASCII, its labels 1 to 63 bytes long
 */
export function encodeQuestion(name: string, type: RecordType, id: number): Buffer {
  let text = String.fromCharCode(id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  for (const label of name.split('.')) text += String.fromCharCode(label.length) + label;
  text += String.fromCharCode(0, 0, TYPES[type], 0, CLASS_IN);
  return Buffer.from(text, 'latin1'); // a byte at a time takes longer
}

/**
 * Read a whole message.
 * @param asked - the question that it is known to begin with
 * @throws {RangeError} when it ends early, or a name in it never ends
 */
export function decodeMessage(bytes: Buffer, asked?: Asked): Message {
  if (bytes.length < HEADER_BYTES) throw new RangeError('The message ends early');
  const reader = new Reader(bytes, asked);
  const rcode = readUInt8(bytes, 3) & 0xf;
  if (asked === undefined) {
    for (let left = readUInt16(bytes, 4); left > 0; left -= 1) reader.skipQuestion();
  }
  const answers = reader.readRecords(readUInt16(bytes, 6));
  reader.readRecords(readUInt16(bytes, 8)); // who is responsible for the name
  return { rcode, answers, additionals: reader.readRecords(readUInt16(bytes, 10)) };
}

const NONE: readonly DnsRecord[] = [];

class Reader {
  readonly #bytes: Buffer;
  /** Where a name began, and what it was: most owners point to the question's. */
  #knownAt = 0;
  #known = '';
  #at = HEADER_BYTES;

  constructor(bytes: Buffer, asked: Asked | undefined) {
    this.#bytes = bytes;
    if (asked === undefined) return;
    this.#knownAt = HEADER_BYTES;
    this.#known = asked.name;
    this.#at = asked.end;
  }

  skipQuestion(): void {
    this.#readName();
    this.#take(4);
  }

  readRecords(count: number): readonly DnsRecord[] {
    if (count === 0) return NONE;
    const records: DnsRecord[] = [];
    for (let left = count; left > 0; left -= 1) {
      const record = this.#readRecord();
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  /** One record, or none when its type is of no use here. */
  #readRecord(): DnsRecord | undefined {
    const name = this.#readName();
    const head = this.#take(10);
    const type = TYPE_OF.get(readUInt16(this.#bytes, head));
    const start = this.#take(readUInt16(this.#bytes, head + 8));
    if (type === undefined || readUInt16(this.#bytes, head + 2) !== CLASS_IN) return undefined;
    const end = this.#at;
    this.#at = start;
    const ttlSeconds =
      readUInt16(this.#bytes, head + 4) * 0x1_0000 + readUInt16(this.#bytes, head + 6);
    const record = { name, type, ttlSeconds, data: this.#readData(type, end) } as DnsRecord;
    if (this.#at !== end) throw new RangeError(`${type} of ${name} has another length`);
    return record;
  }

  #readData(type: RecordType, end: number): RecordData[RecordType] {
    if (type === 'A') return readIPv4(this.#bytes, this.#take(4));
    if (type === 'AAAA') return this.#readIPv6();
    if (type === 'TXT') return this.#readTexts(end);
    if (type !== 'SRV') return this.#readName();
    const at = this.#take(6);
    const target = this.#readName();
    return {
      priority: readUInt16(this.#bytes, at),
      weight: readUInt16(this.#bytes, at + 2),
      port: readUInt16(this.#bytes, at + 4),
      target: target === '.' ? '' : target, // it is decidedly not there (RFC 2782)
    };
  }

  #readIPv6(): string {
    const hex = this.#bytes.toString('hex', this.#take(16), this.#at);
    return canonicalAddress((hex.match(/.{4}/g) ?? []).join(':'));
  }

  #readTexts(end: number): string[] {
    const texts: string[] = [];
    while (this.#at < end) {
      const length = readUInt8(this.#bytes, this.#take(1));
      texts.push(this.#bytes.toString('utf8', this.#take(length), this.#at));
    }
    return texts;
  }

  /** Without its last dot; `.` is the root. */
  #readName(): string {
    const start = this.#at;
    const isKnown = this.#knownAt > 0 && start + 2 <= this.#bytes.length;
    if (isKnown && readUInt16(this.#bytes, start) === POINTER * 256 + this.#knownAt) {
      this.#at += 2;
      return this.#known;
    }
    const name = this.#followName();
    if (this.#knownAt === 0) {
      this.#knownAt = start;
      this.#known = name;
    }
    return name;
  }

  #followName(): string {
    const labels: string[] = [];
    let after: number | undefined; // where reading goes on when the name has been followed elsewhere
    for (let stepCount = 0; stepCount <= MAX_STEPS; stepCount++) {
      const length = readUInt8(this.#bytes, this.#take(1));
      if (length === 0) {
        this.#at = after ?? this.#at;
        return labels.join('.') || '.';
      }
      if (length < POINTER) {
        if (length > MAX_LABEL_BYTES) throw new RangeError('Neither a label nor a pointer');
        labels.push(this.#bytes.toString('utf8', this.#take(length), this.#at));
        continue;
      }
      const low = readUInt8(this.#bytes, this.#take(1));
      after ??= this.#at;
      this.#at = (length & ~POINTER) * 256 + low;
    }
    throw new RangeError('A name that never ends');
  }

  /** @returns where the bytes begin */
  #take(byteCount: number): number {
    const at = this.#at;
    if (at + byteCount > this.#bytes.length) throw new RangeError('The message ends early');
    this.#at = at + byteCount;
    return at;
  }
}

/** @param at - where its four bytes begin */
export function readIPv4(bytes: Buffer, at: number): string {
  return `${bytes[at] ?? 0}.${bytes[at + 1] ?? 0}.${bytes[at + 2] ?? 0}.${bytes[at + 3] ?? 0}`;
}
