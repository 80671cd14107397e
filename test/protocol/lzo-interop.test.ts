import test from 'ava';
import { encodeRequest, lzoCompress, ResponseDecoder } from '../../src/protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../../src/protocol/index.ts';
import { startRealDistccd } from './distccd.ts';
import type { RealDistccd } from './distccd.ts';
import { bytes, seededRandom } from './streams.ts';

const args = ['gcc', '-c', 'a.c', '-o', 'a.o'];

test('lzoCompress() is understood by distccd: the object is that of protocol 1', async (t) => {
  const distccd = await startRealDistccd(t);
  for (const seed of [1, 2, 3, 4]) {
    const source = makeSource(seed);
    const plain = await compile(distccd, { version: 1, args, source });
    const packed = await compile(distccd, { version: 2, args, source });
    t.is(plain.status, 0, `${Buffer.from(plain.stderr).toString()}${await distccd.readLog()}`);
    t.is(packed.status, 0, `${Buffer.from(packed.stderr).toString()}${await distccd.readLog()}`);
    t.true(plain.object.length > 100_000);
    t.is(Buffer.compare(packed.object, plain.object), 0, `seed ${seed}`);
    t.true(lzoCompress(source).length < source.length);
  }
});

test('ResponseDecoder reads the words of a failed compiler from distccd', async (t) => {
  const distccd = await startRealDistccd(t);
  const source = bytes('# 1 "a.c"\nint x = "a"[;\n');
  const plain = await compile(distccd, { version: 1, args, source });
  const packed = await compile(distccd, { version: 2, args, source });
  t.is(plain.status, 256);
  t.regex(Buffer.from(plain.stderr).toString(), /a\.c|error/);
  t.is(packed.status, 256);
  t.is(Buffer.compare(packed.stderr, plain.stderr), 0);
  t.deepEqual([packed.object.length, packed.stdout.length], [0, 0]);
});

test('encodeRequest() protocol 3 is understood by distccd', async (t) => {
  const distccd = await startRealDistccd(t);
  const response = await compile(distccd, {
    version: 3,
    cwd: '/w',
    args: [...args, '-MMD', '-MF', 'a.d'],
    entries: [
      { kind: 'file', name: '/w/a.c', content: bytes('#include "h.h"\nint x = H;\n') },
      { kind: 'link', name: '/w/h.h', target: 'g.h' },
      { kind: 'file', name: '/w/g.h', content: bytes('#define H 42\n') },
    ],
  });
  t.is(response.status, 0, `${Buffer.from(response.stderr).toString()}${await distccd.readLog()}`);
  t.is(Buffer.from(response.object.subarray(1, 4)).toString(), 'ELF');
  t.regex(Buffer.from(response.dependencies ?? []).toString(), /a\.o:.*a\.c.*h\.h/s);
});

async function compile(distccd: RealDistccd, request: CompileRequest): Promise<CompileResponse> {
  const decoder = new ResponseDecoder(request.version);
  for await (const chunk of distccd.talk(encodeRequest(request))) {
    const response = decoder.push(chunk);
    if (response !== undefined) return response;
  }
  const response = decoder.end();
  if (response === undefined) throw new Error('Nothing came back');
  return response;
}

/**
 * Source whose every byte ends in the object, with all that an LZO block can hold: noise (long literal
 * runs), repetition (long matches), the same text near, far and very far away, and an end in a match.
 */
function makeSource(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const noise = (length: number): string =>
    Array.from({ length }, () => 32 + Math.floor(random() * 94))
      .map((code) => String.fromCharCode(code))
      .join('')
      .replaceAll(/["\\?]/g, '_');
  const known = Array.from({ length: 40 }, () => noise(3 + random() * 60));
  const text = (): string => {
    const kind = random();
    if (kind < 0.6) return known[Math.floor(random() * known.length)] ?? '';
    return kind < 0.8 ? noise(random() * 600) : 'ab'.repeat(random() * 900);
  };
  const lines = Array.from({ length: 900 }, (_, n) => `const char s${n}[] = "${text()}";\n`);
  // Without a line marker the object holds the daemon's own name for the source, a new one each time.
  return bytes(`# 1 "a.c"\n${lines.join('')}` + '\n'.repeat(seed * 100));
}
