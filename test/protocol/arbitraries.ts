import fc from 'fast-check';
import type { CompileRequest, CompileResponse } from '../../src/protocol/index.ts';

const word = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', ''));

const someWords = fc.constantFrom('#include <', 'int ', 'std::', 'template', '\n', ';', '  ', 'x1');

/** Bytes of the three kinds that matter to a compressor: noise, repetition, and something like source. */
export const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 3000 }))
    .map(([unit, length]) => Uint8Array.from({ length }, (_, at) => unit[at % unit.length] ?? 0)),
  fc
    .array(someWords, { maxLength: 400 })
    .map((words) => Uint8Array.from(Buffer.from(words.join('')))),
);

const args = fc.array(word, { minLength: 1, maxLength: 8 });

const entry = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), name: word, content: body }),
  fc.record({ kind: fc.constant('link' as const), name: word, target: word }),
);

/** Any request that can be sent. */
export const request: fc.Arbitrary<CompileRequest> = fc.oneof(
  fc.record({ version: fc.constantFrom(1 as const, 2 as const), args, source: body }),
  fc.record({
    version: fc.constant(3 as const),
    cwd: word,
    args,
    entries: fc.array(entry, { maxLength: 5 }),
  }),
);

const outputs = { stderr: body, stdout: body };

/** Any response that can be sent: only a success has an object, and only in protocol 3 dependencies. */
export const response: fc.Arbitrary<CompileResponse> = fc.oneof(
  fc.record({
    version: fc.constantFrom(1 as const, 2 as const),
    status: fc.constant(0),
    ...outputs,
    object: body,
  }),
  fc.record({
    version: fc.constant(3 as const),
    status: fc.constant(0),
    ...outputs,
    object: body,
    dependencies: body,
  }),
  fc.record({
    version: fc.constantFrom(1 as const, 2 as const, 3 as const),
    status: fc.integer({ min: 1, max: 0xffff_ffff }),
    ...outputs,
    object: fc.constant(new Uint8Array(0)),
  }),
);
