import test from 'ava';
import fc from 'fast-check';
import { ProtocolError, TruncatedError } from '../../src/errors/index.ts';
import { encodeResponse, readQuietSuccess, ResponseDecoder } from '../../src/protocol/index.ts';
import type { CompileResponse, ProtocolVersion, ResponseLimits } from '../../src/protocol/index.ts';
import { response as anyResponse } from './arbitraries.ts';
import { responses } from './conversations.ts';
import { naiveDecodeResponse, naiveEncodeResponse } from './naive-codec.ts';
import { byteByByte, bytes, cutsOf, feed, join, randomCuts } from './streams.ts';

const pumpHead = 'DONE00000003STAT00000000SERR00000000SOUT00000000DOTO00000000';

for (const { title, stream, response } of responses) {
  test(`encodeResponse() writes the bytes of ${title}`, (t) => {
    t.deepEqual(bytesOf(response), stream);
  });

  test(`ResponseDecoder reads the bytes of ${title}, however they are cut`, (t) => {
    for (const [how, chunks] of cutsOf(stream)) {
      const decoder = new ResponseDecoder(response.version);
      t.false(decoder.isStarted);
      t.deepEqual(feed(decoder, chunks), [response], how);
      t.true(decoder.isStarted);
      t.false(decoder.hasTrailingBytes);
      t.is(decoder.end(), undefined);
    }
  });

  test(`ResponseDecoder end() is a TruncatedError after every byte of ${title}`, (t) => {
    const beforeDependencies = Buffer.from(stream).indexOf('DOTD');
    for (let length = 0; length < stream.length; length += 1) {
      if (length === beforeDependencies) continue;
      const decoder = new ResponseDecoder(response.version);
      t.is(decoder.push(stream.subarray(0, length)), undefined);
      t.throws(() => decoder.end(), { instanceOf: TruncatedError }, `after ${length} bytes`);
    }
  });
}

const quiet = bytes('DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000004\u007fELF');

test('readQuietSuccess() reads a success without a word that came in one piece, and no cut of it', (t) => {
  t.deepEqual(readQuietSuccess(quiet, 1), new ResponseDecoder(1).push(quiet));
  t.is(readQuietSuccess(quiet, 2), undefined, 'another version than was asked for');
  for (const length of quiet.keys()) {
    t.is(readQuietSuccess(quiet.subarray(0, length), 1), undefined, `${length} bytes`);
  }
  t.is(readQuietSuccess(join([quiet, bytes('x')]), 1), undefined, 'more than it says');
});

test('readQuietSuccess() says what ResponseDecoder says, or nothing, whatever byte differs', (t) => {
  for (const at of quiet.keys()) {
    for (let value = 0; value < 256; value += 1) {
      const other = quiet.slice();
      other[at] = value;
      const response = readQuietSuccess(other, 1);
      if (response === undefined) continue;
      t.deepEqual(response, new ResponseDecoder(1).push(other), `byte ${at} is ${value}`);
    }
  }
});

test('readQuietSuccess() says what ResponseDecoder says of any response in one piece, or nothing', (t) => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      const stream = bytesOf(response);
      const read = readQuietSuccess(stream, response.version);
      const isQuiet =
        response.version === 1 &&
        response.status === 0 &&
        response.stderr.length + response.stdout.length === 0;
      t.is(read !== undefined, isQuiet);
      if (read !== undefined) t.deepEqual(read, response);
    }),
  );
});

for (const [cut, message] of [
  ['', 'Cannot read the response: the stream ended at DONE, 0 of 12 bytes received'],
  [
    'DONE00000001STAT00000000SERR00000000SOUT00000000',
    'Cannot read the response: the stream ended at DOTO, 0 of 12 bytes received',
  ],
  [
    'DONE00000001STAT00000000SERR00000005ab',
    'Cannot read the response: the stream ended at SERR, 2 of 5 bytes received',
  ],
] as const) {
  test(`ResponseDecoder end() names the token awaited after "${cut}"`, (t) => {
    const decoder = new ResponseDecoder(1);
    decoder.push(bytes(cut));
    const error = t.throws(() => decoder.end(), { instanceOf: TruncatedError, message });
    t.is(error.exitCode, 108);
    t.true(error.isAccidental);
  });
}

test('ResponseDecoder end() gives a protocol 3 success that came without dependencies', (t) => {
  const decoder = new ResponseDecoder(3);
  t.is(decoder.push(bytes(pumpHead)), undefined);
  const response = decoder.end();
  t.is(response?.status, 0);
  t.is(response?.dependencies, undefined);
  t.is(decoder.end(), undefined, 'once');
});

test('ResponseDecoder ignores the object of a failed job, as the original does', (t) => {
  const decoder = new ResponseDecoder(1);
  const stream = bytes('DONE00000001STAT00000100SERR00000000SOUT00000000DOTO00000002ab');
  t.deepEqual(decoder.push(stream)?.object, bytes(''));
  t.true(decoder.hasTrailingBytes);
});

test('encodeResponse() sends neither object nor dependencies of a failed job', (t) => {
  const left = { stderr: bytes(''), stdout: bytes(''), object: bytes('ab') };
  t.deepEqual(
    bytesOf({ version: 3, status: 256, ...left, dependencies: bytes('a.o:') }),
    bytes('DONE00000003STAT00000100SERR00000000SOUT00000000DOTO00000000'),
  );
});

test('encodeResponse() refuses a status that does not fit', (t) => {
  const response = { ...responses[0]?.response, status: -1 } as CompileResponse;
  t.throws(() => encodeResponse(response), { instanceOf: RangeError });
});

/** Every way a server can be wrong: the version asked for, its bytes, and what is said of it. */
const wrongs: readonly (readonly [ProtocolVersion, string, RegExp, Partial<ResponseLimits>?])[] = [
  [1, 'DONE00000002', /^Cannot take DONE 2: version 1 was asked for$/],
  [3, 'DONE00000000', /^Cannot take DONE 0: version 3 was asked for$/],
  [1, 'DIST00000001', /^Cannot go on at token DIST: DONE wanted$/],
  [1, 'SSH-2.0-Open', /no token of distcc$/],
  [1, 'DONE0000000x', /8 hex digits wanted$/],
  [1, 'DONE00000001SERR00000000', /^Cannot go on at token SERR: STAT wanted$/],
  [1, 'DONE00000001STAT00000000SOUT00000000', /^Cannot go on at token SOUT: SERR wanted$/],
  [3, `${pumpHead}DOTI00000000`, /^Cannot go on at token DOTI: DOTD wanted$/],
  [1, 'DONE00000001STAT00000000SERRffffffff', /^Cannot take SERR: 4294967295 announced/],
  [
    1,
    'DONE00000001STAT00000000SERR00000002abSOUT00000003',
    /^Cannot take SOUT: 3 announced, at most 2 allowed$/,
    { maxPlainBytes: 4 },
  ],
  [2, 'DONE00000002STAT00000000SERR00000009', /at most 8 allowed$/, { maxBodyBytes: 8 }],
  [1, 'DONE00000001', /^Cannot take the message at STAT/, { maxResponseBytes: 23 }],
  [
    1,
    'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000004',
    /^Cannot take the message at DOTO: 4 announced, at most 3 allowed$/,
    { maxResponseBytes: 63 },
  ],
  [
    1,
    'DONE00000001STAT00000000SERR00000000SOUT00000000',
    /^Cannot take the message at SOUT: 12 announced, at most 11 allowed$/,
    { maxResponseBytes: 47 },
  ],
  [2, 'DONE00000002STAT00000000SERR00000003abc', /^Cannot decompress/],
];

for (const [version, text, message, limits] of wrongs) {
  test(`ResponseDecoder ${version} refuses ${JSON.stringify(text)}, ${message.source}`, (t) => {
    for (const chunks of [[bytes(text)], byteByByte(bytes(text))]) {
      const decoder = new ResponseDecoder(version, limits);
      t.throws(() => feed(decoder, chunks), { instanceOf: ProtocolError, message });
      t.is(decoder.end(), undefined);
    }
  });
}

test('ResponseDecoder and encodeResponse() agree with each other and with the naive codec', (t) => {
  fc.assert(
    fc.property(anyResponse, fc.nat(), (response, seed) => {
      const { version } = response;
      const stream = bytesOf(response);
      t.deepEqual(feed(new ResponseDecoder(version), randomCuts(stream, seed)), [response]);
      t.deepEqual(naiveDecodeResponse(stream), response);
      t.deepEqual(new ResponseDecoder(version).push(naiveEncodeResponse(response)), response);
      if (version === 1) t.deepEqual(stream, naiveEncodeResponse(response));
    }),
    { numRuns: 300 },
  );
});

function bytesOf(response: CompileResponse): Uint8Array {
  return Uint8Array.from(join(encodeResponse(response)));
}
