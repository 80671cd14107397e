import test from 'ava';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { decodeReply, encodeQuestion, isAnswerTo, recordsFor } from '../../src/dns/packet.ts';

const question = encodeQuestion('red.lab', 'A', 0x1234);

/** Written by hand: id, response, one question, one answer: red.lab A 127.0.0.7. */
const answer = Buffer.from(
  '1234 8180 0001 0001 0000 0000 03 726564 03 6c6162 00 0001 0001 c00c 0001 0001 0000003c 0004 7f000007'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);

test('encodeQuestion() writes one recursive question with its id', (t) => {
  const bytes = encodeQuestion('red.lab', 'A', 0xfe80).toString('hex');
  t.is(bytes, 'fe80010000010000000000000372656403' + '6c61620000010001');
});

test('isAnswerTo() takes the answer, whatever the case of its name', (t) => {
  t.true(isAnswerTo(question, answer));
  const shouted = Buffer.from(answer.toString('latin1').replace('red', 'RED'), 'latin1');
  t.true(isAnswerTo(question, shouted));
});

test('isAnswerTo() refuses an answer in which any byte of id, flags, count or question differs', (t) => {
  for (const offset of [
    0,
    1,
    4,
    5,
    ...Array.from({ length: question.length - 12 }, (_, i) => 12 + i),
  ]) {
    const wrong = Buffer.from(answer);
    wrong.writeUInt8(wrong.readUInt8(offset) ^ 1, offset);
    t.false(isAnswerTo(question, wrong), `byte ${offset}`);
  }
  const echo = Buffer.from(answer);
  echo.writeUInt8(0x01, 2);
  t.false(isAnswerTo(question, echo), 'QR bit');
  const update = Buffer.from(answer);
  update.writeUInt8(0xa9, 2);
  t.false(isAnswerTo(question, update), 'opcode');
});

test('isAnswerTo() refuses every packet that ends before its question does', (t) => {
  for (let end = 0; end < question.length; end++)
    t.false(isAnswerTo(question, answer.subarray(0, end)));
});

test('decodeReply() reads the same of an answer whose question is known, whatever byte differs', (t) => {
  const asked = { name: 'red.lab', end: question.length };
  t.deepEqual(decodeReply(answer, asked), decodeReply(answer));
  const length = Buffer.concat([answer, Buffer.alloc(16)]);
  t.deepEqual(decodeReply(length, asked), decodeReply(length), 'longer');
  for (const at of answer.keys()) {
    const isOfQuestion = at === 4 || at === 5 || (at >= 12 && at < question.length);
    if (isOfQuestion) continue; // it would not be that question's answer
    for (const bit of [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80]) {
      const other = Buffer.from(answer);
      other.writeUInt8(other.readUInt8(at) ^ bit, at);
      t.deepEqual(decodeReply(other, asked), decodeReply(other), `byte ${at}, bit ${bit}`);
    }
  }
});

test('decodeReply() reads the answer, and no cut of it', (t) => {
  t.deepEqual(decodeReply(answer), {
    rcode: 'NOERROR',
    isTruncated: false,
    records: [{ name: 'red.lab', type: 'A', ttlSeconds: 60, data: '127.0.0.7' }],
    additionals: [],
  });
  for (let end = 0; end < answer.length; end++) {
    t.is(decodeReply(answer.subarray(0, end)), undefined, `cut at ${end}`);
  }
});

test('decodeReply() tells the error codes', (t) => {
  const codes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'RCODE6'];
  for (const [code, name] of codes.entries()) {
    const bytes = Buffer.from(answer);
    bytes.writeUInt8(0x80 | code, 3);
    t.is(decodeReply(bytes)?.rcode, name);
  }
});

test('decodeReply() tells of a truncated answer even when it ends in the middle of a record', (t) => {
  const bytes = Buffer.from(answer.subarray(0, answer.length - 2));
  bytes.writeUInt8(0x83, 2);
  t.true(decodeReply(bytes)?.isTruncated);
});

test('decodeReply() reads AAAA, SRV, TXT, PTR and CNAME, and passes over the rest', (t) => {
  const bytes = dnsPacket.encode({
    type: 'response',
    answers: [
      { name: 'a', type: 'AAAA', ttl: 1, data: '2001:db8::1' },
      { name: 'b', type: 'SRV', ttl: 2, data: { priority: 1, weight: 2, port: 3, target: 'red' } },
      { name: 'b', type: 'SRV', ttl: 2, data: { port: 3, target: '.' } },
      { name: 'c', type: 'TXT', ttl: 3, data: ['cpus=4', 'é'] },
      { name: 'd', type: 'PTR', ttl: 4, data: 'x.y' },
      { name: 'e', type: 'CNAME', ttl: 5, data: 'f' },
      { name: 'g', type: 'NS', ttl: 6, data: 'h' },
    ],
    additionals: [{ name: 'red', type: 'A', ttl: 7, data: '127.0.0.1' }],
  });
  t.deepEqual(decodeReply(bytes), {
    rcode: 'NOERROR',
    isTruncated: false,
    records: [
      { name: 'a', type: 'AAAA', ttlSeconds: 1, data: '2001:db8::1' },
      {
        name: 'b',
        type: 'SRV',
        ttlSeconds: 2,
        data: { priority: 1, weight: 2, port: 3, target: 'red' },
      },
      {
        name: 'b',
        type: 'SRV',
        ttlSeconds: 2,
        data: { priority: 0, weight: 0, port: 3, target: '' },
      },
      { name: 'c', type: 'TXT', ttlSeconds: 3, data: ['cpus=4', 'é'] },
      { name: 'd', type: 'PTR', ttlSeconds: 4, data: 'x.y' },
      { name: 'e', type: 'CNAME', ttlSeconds: 5, data: 'f' },
    ],
    additionals: [{ name: 'red', type: 'A', ttlSeconds: 7, data: '127.0.0.1' }],
  });
});

test('decodeReply() and isAnswerTo() never throw, whatever the bytes', (t) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((tail) => Buffer.from(tail)),
    fc.uint8Array({ maxLength: 60 }).map((tail) => Buffer.concat([question, tail])),
    fc
      .tuple(fc.nat(answer.length - 1), fc.nat(255))
      .map(([offset, value]) => Buffer.from(answer.with(offset, value))),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      isAnswerTo(question, some);
      decodeReply(some);
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

function alias(name: string, data: string) {
  return { name, type: 'CNAME', ttlSeconds: 1, data } as const;
}

const address = { name: 'Blue', type: 'A', ttlSeconds: 1, data: '127.0.0.9' } as const;
const reply = { rcode: 'NOERROR', isTruncated: false, additionals: [] };

test('recordsFor() follows aliases in any order and any case', (t) => {
  const records = [address, alias('GREEN', 'blue'), alias('red', 'green')];
  t.deepEqual(recordsFor({ ...reply, records }, 'Red', 'A'), [address]);
});

test('recordsFor() gives nothing for a loop, a loose end, another name or another type', (t) => {
  const loop = [alias('red', 'green'), alias('green', 'red'), address];
  t.deepEqual(recordsFor({ ...reply, records: loop }, 'red', 'A'), []);
  t.deepEqual(recordsFor({ ...reply, records: [alias('red', 'green')] }, 'red', 'A'), []);
  t.deepEqual(recordsFor({ ...reply, records: [address] }, 'red', 'A'), []);
  t.deepEqual(recordsFor({ ...reply, records: [address] }, 'blue', 'AAAA'), []);
});

test('decodeReply() reads no cut of an IPv6 answer', (t) => {
  const bytes = dnsPacket.encode({
    type: 'response',
    answers: [{ name: 'a', type: 'AAAA', ttl: 1, data: '2001:db8::1' }],
  });
  for (let end = 0; end < bytes.length; end++) t.is(decodeReply(bytes.subarray(0, end)), undefined);
  t.is(decodeReply(bytes)?.records.length, 1);
});

test('decodeReply() takes a name of 127 labels, and none of thousands', (t) => {
  for (const [labelCount, isTaken] of [
    [127, true],
    [5000, false],
  ] as const) {
    const header = Buffer.from('123481800000000100000000', 'hex');
    const owner = Buffer.from(`${'0161'.repeat(labelCount)}00`, 'hex');
    const rest = Buffer.from('000100010000003c00047f000007', 'hex');
    const read = decodeReply(Buffer.concat([header, owner, rest]));
    t.is(read !== undefined, isTaken, String(labelCount));
  }
});
