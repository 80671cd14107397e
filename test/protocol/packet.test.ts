import test from 'ava';
import { ProtocolError } from '../../src/errors/index.ts';
import { decodeHead, formatHead, MAX_PARAMETER, tokens } from '../../src/protocol/index.ts';
import { bytes } from './streams.ts';

for (const [text, token, parameter] of [
  ['DIST00000001', tokens.request, 1],
  ['ARGV0000001f', tokens.argument, 31],
  ['DOTOffffffff', tokens.object, MAX_PARAMETER],
] as const) {
  test(`formatHead() writes ${text}`, (t) => {
    t.is(formatHead({ token, parameter }), text);
  });
  test(`decodeHead() reads ${text}`, (t) => {
    t.deepEqual(decodeHead(bytes(text)), { token, parameter });
  });
}

for (const parameter of [-1, 1.5, Number.NaN, MAX_PARAMETER + 1]) {
  test(`formatHead() refuses the parameter ${parameter}`, (t) => {
    t.throws(() => formatHead({ token: tokens.object, parameter }), { instanceOf: RangeError });
  });
}

test('decodeHead() reads upper case digits', (t) => {
  t.is(decodeHead(bytes('DOTI0000ABcD')).parameter, 0xabcd);
});

test('decodeHead() leaves alone what follows the head', (t) => {
  t.is(decodeHead(bytes('DOTI00000007int x;')).parameter, 7);
});

for (const text of [
  'DIST+0000001',
  'DIST 0000001',
  'DIST0x000001',
  'DIST0000000g',
  'DIST1.000000',
  'DIST0000001\n',
  'DIST0000001',
]) {
  test(`decodeHead() refuses ${JSON.stringify(text)} for its digits`, (t) => {
    t.throws(() => decodeHead(bytes(text)), {
      instanceOf: ProtocolError,
      message: `Cannot read packet head ${JSON.stringify(text)}: 8 hex digits wanted`,
    });
  });
}

for (const text of ['GET / HTTP/1', 'dist00000001', 'TLEN00000001', '']) {
  test(`decodeHead() refuses ${JSON.stringify(text)} for its token`, (t) => {
    const error = t.throws(() => decodeHead(bytes(text)), {
      instanceOf: ProtocolError,
      message: `Cannot read packet head ${JSON.stringify(text)}: no token of distcc`,
    });
    t.is(error.exitCode, 109);
    t.true(error.isAccidental);
  });
}

test('decodeHead() shows no control bytes of a stranger', (t) => {
  const error = t.throws(() => decodeHead(bytes('\x1b[2J\x9b\x7f\x00\r\n\x85ab')));
  t.regex(error.message, /^[ -~]+$/);
});
