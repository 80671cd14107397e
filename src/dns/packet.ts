import net from 'node:net';
import dnsPacket from 'dns-packet';
import { canonicalAddress } from '../net/index.ts';
import type { DnsRecord, RecordOf, RecordType, SrvData } from './types.ts';

/** RFC 1035, section 4.1.1. */
const HEADER_BYTES = 12;
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

/**
 * A question with the id 0.
 * @param name - a full name that {@link isHostName} accepts
 */
export function encodeQuestion(name: string, type: RecordType): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id: 0,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type }],
  });
}

/** The same question with an id: a new buffer, since the socket reads it later. */
export function withId(question: Buffer, id: number): Buffer {
  const copy = Buffer.from(question);
  copy.writeUInt16BE(id, 0);
  return copy;
}

/** Whether bytes claim to be the answer to exactly this question: id, QR bit, opcode, name, type, class. */
export function isAnswerTo(question: Buffer, bytes: Buffer): boolean {
  return (
    bytes.length >= question.length &&
    bytes.readUInt16BE(0) === question.readUInt16BE(0) &&
    (bytes.readUInt8(2) & 0xf8) === 0x80 && // a response to a standard query
    bytes.readUInt16BE(4) === 1 &&
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
 */
export function decodeReply(bytes: Buffer): Reply | undefined {
  const isTruncated = bytes.length >= HEADER_BYTES && (bytes.readUInt8(2) & 0x02) !== 0;
  if (isTruncated) return { rcode: 'NOERROR', isTruncated, records: [], additionals: [] };
  try {
    const packet = dnsPacket.decode(bytes);
    // An address at the end of a cut packet is read past the end without an error.
    if (dnsPacket.decode.bytes > bytes.length) return undefined;
    const rcode = (packet.flags ?? 0) & 0xf;
    return {
      rcode: RCODES[rcode] ?? `RCODE${rcode}`,
      isTruncated,
      records: (packet.answers ?? []).flatMap(toRecords),
      additionals: (packet.additionals ?? []).flatMap(toRecords),
    };
  } catch {
    return undefined;
  }
}

/** One record, or none when the type is of no use here. */
function toRecords(answer: dnsPacket.Answer): DnsRecord[] {
  const { name } = answer;
  const ttlSeconds = ttlOf(answer);
  if (answer.type === 'A' || answer.type === 'AAAA') {
    return [{ name, type: answer.type, ttlSeconds, data: checkAddress(answer.data) }];
  }
  if (answer.type === 'CNAME' || answer.type === 'PTR') {
    return [{ name, type: answer.type, ttlSeconds, data: answer.data }];
  }
  if (answer.type === 'SRV') {
    return [{ name, type: 'SRV', ttlSeconds, data: toSrvData(answer.data) }];
  }
  if (answer.type !== 'TXT') return [];
  return [{ name, type: 'TXT', ttlSeconds, data: [answer.data].flat().map(String) }];
}

function ttlOf(answer: dnsPacket.Answer): number {
  return 'ttl' in answer ? (answer.ttl ?? 0) : 0;
}

/** A target of `.` says that the service is decidedly not there (RFC 2782). */
function toSrvData({ priority = 0, weight = 0, port, target }: dnsPacket.SrvData): SrvData {
  return { priority, weight, port, target: target === '.' ? '' : target };
}

/** What is no address is no DNS message either. */
function checkAddress(address: string): string {
  if (net.isIP(address) === 0) throw new RangeError(`Not an address: ${address}`);
  return canonicalAddress(address);
}

/** The records of a type that a name has in a reply, aliases followed (RFC 1034, section 3.6.2). */
export function recordsFor<T extends RecordType>(
  { records }: Reply,
  name: string,
  type: T,
): RecordOf<T>[] {
  let owner = name;
  for (let aliasCount = 0; aliasCount <= MAX_ALIASES; aliasCount++) {
    const own = records.filter((record) => record.name.toLowerCase() === owner.toLowerCase());
    const wanted = own.filter(isOfType(type));
    const alias = own.find(isOfType('CNAME'));
    if (wanted.length > 0 || alias === undefined) return wanted;
    owner = alias.data;
  }
  return [];
}

function isOfType<T extends RecordType>(
  type: T,
): (record: DnsRecord) => record is RecordOf<T> & DnsRecord {
  return (record): record is RecordOf<T> & DnsRecord => record.type === type;
}
