import test from 'ava';
import { ProtocolError } from '../../src/errors/index.ts';
import { encodeRequest, RequestDecoder } from '../../src/protocol/index.ts';
import type { RequestLimits } from '../../src/protocol/index.ts';
import { byteByByte, bytes, feed, join } from './streams.ts';

const plain = 'DIST00000001ARGC00000001ARGV00000002cc';
const pump = 'DIST00000003CDIR00000001/ARGC00000001ARGV00000002ccNFIL00000001';

/** Every way a client can be wrong, and what it is told. */
const wrongs: readonly (readonly [string, RegExp, Partial<RequestLimits>?])[] = [
  ['DIST00000000', /^Cannot speak protocol version 0: 1, 2 or 3 wanted$/],
  ['DIST00000004', /^Cannot speak protocol version 4: 1, 2 or 3 wanted$/],
  ['DISTffffffff', /^Cannot speak protocol version 4294967295/],
  ['DIST0000000z', /8 hex digits wanted$/],
  ['GET / HTTP/1', /no token of distcc$/],
  ['DONE00000001', /^Cannot go on at token DONE: DIST wanted$/],
  ['DIST00000001ARGV00000002', /^Cannot go on at token ARGV: ARGC wanted$/],
  ['DIST00000001CDIR00000002', /^Cannot go on at token CDIR: ARGC wanted$/],
  ['DIST00000003ARGC00000001', /^Cannot go on at token ARGC: CDIR wanted$/],
  ['DIST00000001ARGC00000000', /^Cannot serve ARGC 0: a compiler is wanted$/],
  [`${plain}NFIL00000001`, /^Cannot go on at token NFIL: DOTI wanted$/],
  [`${pump}DOTI00000001`, /^Cannot go on at token DOTI: NAME wanted$/],
  [`${pump}NAME00000001aDOTI00000001`, /^Cannot go on at token DOTI: FILE or LINK wanted$/],
  ['DIST00000001ARGC00000001ARGV00000003c\0c', /^Cannot read ARGV: it holds a NUL$/],
  ['DIST00000001ARGC00000001ARGV00000002\xe9c', /^Cannot read ARGV: it is not UTF-8$/],
  [`${pump}NAME00000002a\0`, /^Cannot read NAME: it holds a NUL$/],
  [`${pump}NAME00000001aLINK00000001\0`, /^Cannot read LINK: it holds a NUL$/],
  ['DIST00000003CDIR00000001\0', /^Cannot read CDIR: it holds a NUL$/],
  ['DIST00000001ARGC00010001', /^Cannot take ARGC: 65537 announced, at most 65536 allowed$/],
  ['DIST00000001ARGC00000001ARGV00020001', /^Cannot take ARGV: 131073 announced/],
  [`${plain}DOTI20000001`, /^Cannot take DOTI: 536870913 announced/],
  [
    `${plain}DOTI00000005`,
    /^Cannot take DOTI: 5 announced, at most 4 allowed$/,
    { maxBodyBytes: 4 },
  ],
  [`${plain}DOTI00000005`, /^Cannot take DOTI: 5 announced, at most 4/, { maxPlainBytes: 4 }],
  ['DIST00000003CDIR00001001', /^Cannot take CDIR: 4097 announced, at most 4096 allowed$/],
  [`${pump}NAME00001001`, /^Cannot take NAME: 4097 announced/],
  [`${pump}NAME00000001aLINK00001001`, /^Cannot take LINK: 4097 announced/],
  [pump.replace('NFIL00000001', 'NFIL000186a1'), /^Cannot take NFIL: 100001 announced/],
  [`${plain}DOTI00000010`, /^Cannot take the message at DOTI: 16 /, { maxRequestBytes: 60 }],
  ['DIST00000001', /^Cannot take the message at ARGC: 12 /, { maxRequestBytes: 20 }],
  ['DIST00000002ARGC00000001ARGV00000002ccDOTI00000004\x11\0\0\0', /after the end marker/],
  ['DIST00000002ARGC00000001ARGV00000002ccDOTI00000004int ', /^Cannot decompress/],
];

for (const [text, message, limits] of wrongs) {
  const title = `${JSON.stringify(text)} with the limits ${JSON.stringify(limits ?? {})}`;
  test(`RequestDecoder refuses ${title}`, (t) => {
    for (const chunks of [[bytes(text)], byteByByte(bytes(text))]) {
      const decoder = new RequestDecoder(limits);
      const error = t.throws(() => feed(decoder, chunks), { instanceOf: ProtocolError, message });
      t.is(error.exitCode, 109);
      t.is(decoder.push(bytes(text)), undefined, 'it stays deaf');
      t.true(decoder.hasTrailingBytes);
      t.notThrows(() => {
        decoder.end();
      });
    }
  });
}

test('RequestDecoder takes what is exactly at its limits', (t) => {
  const stream = bytes(`${plain}DOTI00000004text`);
  const limits = { maxArgumentCount: 1, maxArgumentBytes: 2, maxBodyBytes: 4, maxPlainBytes: 4 };
  const decoder = new RequestDecoder({ ...limits, maxRequestBytes: stream.length });
  t.is(decoder.push(stream)?.version, 1);
});

test('RequestDecoder counts maxPlainBytes over all files of a request', (t) => {
  const content = new Uint8Array(1000);
  const entries = ['a', 'b', 'c'].map((name) => ({ kind: 'file', name, content }) as const);
  const stream = join(encodeRequest({ version: 3, cwd: '/', args: ['cc'], entries }));
  t.truthy(new RequestDecoder({ maxPlainBytes: 3000 }).push(stream));
  t.throws(() => new RequestDecoder({ maxPlainBytes: 2999 }).push(stream), {
    instanceOf: ProtocolError,
    message: /^Cannot decompress: 1000 bytes or more, at most 999 allowed$/,
  });
});
