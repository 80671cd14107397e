import test from 'ava';
import fc from 'fast-check';
import { ProtocolError, TruncatedError } from '../../src/errors/index.ts';
import { encodeRequest, RequestDecoder } from '../../src/protocol/index.ts';
import type { CompileRequest, RequestLimits } from '../../src/protocol/index.ts';
import { request as anyRequest } from './arbitraries.ts';
import { requests } from './conversations.ts';
import { naiveDecodeRequest, naiveEncodeRequest } from './naive-codec.ts';
import { byteByByte, bytes, cutsOf, feed, join, randomCuts } from './streams.ts';

for (const { title, stream, request } of requests) {
  test(`encodeRequest() writes the captured bytes of ${title}`, (t) => {
    t.deepEqual(bytesOf(request), stream);
  });

  test(`RequestDecoder reads the captured bytes of ${title}, however they are cut`, (t) => {
    for (const [how, chunks] of cutsOf(stream)) {
      const decoder = new RequestDecoder();
      t.false(decoder.isStarted);
      t.deepEqual(feed(decoder, chunks), [request], how);
      t.true(decoder.isStarted);
      t.false(decoder.hasTrailingBytes);
      t.notThrows(() => {
        decoder.end();
      });
    }
  });

  test(`RequestDecoder end() is a TruncatedError after every byte of ${title}`, (t) => {
    for (let length = 1; length < stream.length; length += 1) {
      const decoder = new RequestDecoder();
      t.is(decoder.push(stream.subarray(0, length)), undefined);
      const end = (): void => {
        decoder.end();
      };
      const error = t.throws(end, { instanceOf: TruncatedError });
      t.is(error.exitCode, 108);
      t.notThrows(end, 'it is said once');
    }
  });

  test(`RequestDecoder ignores what follows ${title}`, (t) => {
    for (const chunks of [[join([stream, bytes('x')])], [stream, bytes('DIST00000001')]]) {
      const decoder = new RequestDecoder();
      t.deepEqual(feed(decoder, chunks), [request]);
      t.true(decoder.hasTrailingBytes);
    }
  });
}

test('RequestDecoder end() is silent when nobody said anything', (t) => {
  const decoder = new RequestDecoder();
  decoder.push(bytes(''));
  t.false(decoder.isStarted);
  t.notThrows(() => {
    decoder.end();
  });
});

for (const [cut, message] of [
  ['DIST', 'Cannot read the request: the stream ended at DIST, 4 of 12 bytes received'],
  [
    'DIST00000001ARGC00000001ARGV00000003gc',
    'Cannot read the request: the stream ended at ARGV, 2 of 3 bytes received',
  ],
  [
    'DIST00000003CDIR00000000ARGC00000001ARGV00000001aNFIL00000001NAME00000001b',
    'Cannot read the request: the stream ended at FILE or LINK, 0 of 12 bytes received',
  ],
] as const) {
  test(`RequestDecoder end() names the token awaited after ${cut}`, (t) => {
    const decoder = new RequestDecoder();
    decoder.push(bytes(cut));
    t.throws(
      () => {
        decoder.end();
      },
      { instanceOf: TruncatedError, message },
    );
  });
}

test('encodeRequest() leaves a large body a chunk of its own, and copies no plain one', (t) => {
  const source = new Uint8Array(100_000);
  const chunks = encodeRequest({ version: 1, args: ['cc', '-c', 'a.c'], source });
  t.is(chunks.length, 2);
  t.is(chunks[1], source);
});

for (const [title, request] of [
  ['no words', { version: 1, args: [], source: bytes('') }],
  ['a NUL in a word', { version: 1, args: ['a\0b'], source: bytes('') }],
  ['a NUL in a name', { version: 3, cwd: '/\0', args: ['cc'], entries: [] }],
] as const) {
  test(`encodeRequest() refuses ${title}`, (t) => {
    t.throws(() => encodeRequest(request), { instanceOf: RangeError });
  });
}

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
  const stream = bytesOf({ version: 3, cwd: '/', args: ['cc'], entries });
  t.truthy(new RequestDecoder({ maxPlainBytes: 3000 }).push(stream));
  t.throws(() => new RequestDecoder({ maxPlainBytes: 2999 }).push(stream), {
    instanceOf: ProtocolError,
    message: /^Cannot decompress: 1000 bytes or more, at most 999 allowed$/,
  });
});

test('RequestDecoder keeps a byte order mark, which TextDecoder would drop', (t) => {
  const request = { version: 1, args: ['\ufeffcc'], source: bytes('') } as const;
  t.deepEqual(new RequestDecoder().push(bytesOf(request)), request);
});

test('RequestDecoder takes two million single bytes in linear time', (t) => {
  // Joining what is there with each new byte would copy 2 TB.
  const source = new Uint8Array(2_000_000).fill(32);
  const stream = bytesOf({ version: 1, args: ['cc'], source });
  t.is(feed(new RequestDecoder(), byteByByte(stream)).length, 1);
});

test('RequestDecoder keeps nothing of a chunk that is used again', (t) => {
  const chunk = Uint8Array.from(requests[0]?.stream ?? []);
  const request = new RequestDecoder().push(chunk);
  chunk.fill(0);
  t.deepEqual(request, requests[0]?.request);
});

test('RequestDecoder and encodeRequest() agree with each other and with the naive codec', (t) => {
  fc.assert(
    fc.property(anyRequest, fc.nat(), (request, seed) => {
      const stream = bytesOf(request);
      t.deepEqual(feed(new RequestDecoder(), randomCuts(stream, seed)), [request]);
      t.deepEqual(naiveDecodeRequest(stream), request);
      t.deepEqual(new RequestDecoder().push(naiveEncodeRequest(request)), request);
      if (request.version === 1) t.deepEqual(stream, naiveEncodeRequest(request));
    }),
    { numRuns: 300 },
  );
});

test('RequestDecoder gives only a ProtocolError for a request with one byte changed', (t) => {
  fc.assert(
    fc.property(anyRequest, fc.nat(), fc.integer({ min: 1, max: 255 }), (request, place, flip) => {
      const stream = bytesOf(request);
      const at = place % stream.length;
      stream[at] = (stream[at] ?? 0) ^ flip;
      try {
        new RequestDecoder({ maxBodyBytes: 2 ** 20 }).push(stream);
      } catch (error) {
        t.true(error instanceof ProtocolError, String(error));
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

function bytesOf(request: CompileRequest): Uint8Array {
  return Uint8Array.from(join(encodeRequest(request)));
}
