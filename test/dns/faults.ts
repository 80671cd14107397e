/** What a server sends in place of the right answer, or before it. */
export type Fault =
  | 'wrong-id'
  | 'wrong-question'
  | 'wrong-type'
  | 'no-question'
  | 'echo'
  | 'garbage'
  | 'truncated'
  | 'cut-truncated';

const HEADER_BYTES = 12;

/** The packets of each fault. A lure is an answer that must not be believed: it says 127.6.6.6. */
export const faults = {
  'wrong-id': (lure, right) => [changed(lure, 1, 0x01), right],
  'wrong-question': (lure, right) => [changed(lure, HEADER_BYTES + 1, 0x03), right],
  'wrong-type': (lure, right) => [changed(lure, questionEnd(lure) - 3, 0x11), right],
  'no-question': (lure, right) => [withoutQuestion(lure), right],
  echo: (lure, right) => [changed(lure, 2, 0x80), right],
  garbage: (lure, right) => [...cuts(lure), loop(lure), Buffer.alloc(600, 0xff), right],
  truncated: (_lure, right) => [changed(right, 2, 0x02)],
  'cut-truncated': (_lure, right) => [changed(right, 2, 0x02).subarray(0, right.length - 2)],
} as const satisfies Record<Fault, (lure: Buffer, right: Buffer) => Buffer[]>;

function changed(bytes: Buffer, offset: number, mask: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(offset) ^ mask, offset);
  return copy;
}

function withoutQuestion(bytes: Buffer): Buffer {
  const header = Buffer.from(bytes.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0, 4);
  return Buffer.concat([header, bytes.subarray(questionEnd(bytes))]);
}

/** An answer cut at every byte: the first ones say nothing, the last ones lack half an address. */
function cuts(bytes: Buffer): Buffer[] {
  return [...bytes.keys()].map((end) => bytes.subarray(0, end));
}

/** The answer's name is a pointer to itself. */
function loop(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const end = questionEnd(bytes);
  copy.writeUInt16BE(0xc000 | end, end);
  return copy;
}

function questionEnd(bytes: Buffer): number {
  return bytes.indexOf(0, HEADER_BYTES) + 1 + 4;
}
