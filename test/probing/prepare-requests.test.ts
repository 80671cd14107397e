import test from 'ava';
import { readObject } from '../../src/objects/index.ts';
import { nextRequest } from '../../src/probing/prepare-requests.ts';
import type { Asked } from '../../src/probing/prepare-requests.ts';
import { makeWitness } from '../../src/probing/witness.ts';
import { RequestDecoder } from '../../src/protocol/index.ts';
import { compile } from './compile.util.ts';

const numbers = /0x([\da-f]{16})ULL/g;
const order = '0102030405060708';

function askedFor(language: Asked['language'], protocol: Asked['protocol'], word = 'gcc'): Asked {
  const wanted = { compilerName: word, compilerArguments: ['-O1'] };
  return { language, protocol, wanted, verify: 'object' };
}

function readRequest(chunks: readonly Uint8Array[]) {
  const request = new RequestDecoder().push(Buffer.concat(chunks));
  if (request === undefined) throw new TypeError('The request is not whole');
  if (request.version !== 3) return { ...request, source: Buffer.from(request.source) };
  const [entry] = request.entries;
  if (entry?.kind !== 'file') throw new TypeError('The request has no file');
  return { ...request, source: Buffer.from(entry.content) };
}

for (const [language, fileName] of [
  ['c', 'witness.c'],
  ['c++', 'witness.cc'],
  ['objc', 'witness.m'],
] as const) {
  for (const protocol of [1, 2, 3] as const) {
    test(`nextRequest() asks in ${language} by protocol ${protocol}, never the same twice`, (t) => {
      const asked = askedFor(language, protocol);
      const requests = Array.from({ length: 150 }, () => readRequest(nextRequest(asked).chunks));
      const seen = new Set<string>();
      for (const { version, args, source } of requests) {
        t.is(version, protocol);
        t.deepEqual(args, ['gcc', '-O1', '-c', fileName, '-o', 'witness.o']);
        const found = [...source.toString().matchAll(numbers)].map(([, digits = '']) => digits);
        const drawn = found.filter((digits) => digits !== order);
        t.is(drawn.length, 3);
        for (const digits of drawn) seen.add(digits);
        const bare = (text: string) => text.replace(numbers, '');
        const example = Buffer.from(makeWitness(language, '1'.repeat(48)).source).toString();
        t.is(bare(source.toString()), bare(example));
      }
      t.is(seen.size, 450, 'each number is drawn anew');
    });
  }

  if (language === 'objc') continue; // no such compiler here
  test(`nextRequest() in ${language} knows the right answer from another one`, async (t) => {
    const asked = askedFor(language, 1);
    const { chunks, right } = nextRequest(asked);
    const { object } = await compile(['gcc'], fileName, readRequest(chunks).source);
    const answer = readObject(object).symbol(right.symbol) ?? new Uint8Array();
    t.is(right.check(answer, 'little').kind, 'right');
    t.is(nextRequest(asked).right.check(answer, 'little').kind, 'wrong');
  });
}

test('nextRequest() leaves alone words that look like a number of the source', (t) => {
  const word = `gcc-${'1'.repeat(16)}-${'2'.repeat(16)}-${'3'.repeat(16)}-é`;
  t.is(readRequest(nextRequest(askedFor('c', 1, word)).chunks).args[0], word);
});

test('nextRequest() makes requests that do not share their bytes', (t) => {
  const asked = askedFor('c', 1);
  const [first] = nextRequest(asked).chunks;
  const before = Buffer.from(first ?? []);
  nextRequest(asked);
  t.deepEqual(Buffer.from(first ?? []), before);
});

for (const protocol of [1, 2, 3] as const) {
  test(`nextRequest() asks all hosts for their status by protocol ${protocol} with one request, another one each run`, (t) => {
    const asked = { ...askedFor('c', protocol), verify: 'status' } as const;
    const { chunks } = nextRequest(asked);
    t.is(nextRequest(asked).chunks, chunks);
    const example = Buffer.from(makeWitness('c', '1'.repeat(48)).source).toString();
    const bare = (text: string) => text.replace(numbers, '');
    t.is(bare(readRequest(chunks).source.toString()), bare(example));
    const other = readRequest(nextRequest({ ...asked }).chunks);
    t.notDeepEqual(other.source, readRequest(chunks).source);
  });
}
