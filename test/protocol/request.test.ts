import test from 'ava';
import fc from 'fast-check';
import { ProtocolError, TruncatedError } from '../../src/errors/index.ts';
import { encodeRequest, RequestDecoder } from '../../src/protocol/index.ts';
import type { CompileRequest } from '../../src/protocol/index.ts';
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
