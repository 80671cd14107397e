import test from 'ava';
import fc from 'fast-check';
import { ProtocolError } from '../../src/errors/index.ts';
import { lzoCompress, lzoDecompress } from '../../src/protocol/index.ts';
import { body } from './arbitraries.ts';
import { assertRoundTrip } from './lzo-round-trip.ts';
import type { Assertions } from './lzo-round-trip.ts';
import { naiveCompress, naiveDecompress } from './naive-lzo.ts';
import { join } from './streams.ts';

const maxBytes = 2 ** 24;

test('lzoDecompress() brings back whatever lzoCompress() and the naive compressor made', (t) => {
  fc.assert(
    fc.property(body, (plain) => {
      assertRoundTrip(t, plain);
      t.deepEqual(lzoDecompress(naiveCompress(plain), { maxBytes }), plain);
    }),
    { numRuns: 1000 },
  );
});

test('lzoDecompress() agrees with the naive decoder on damaged blocks', (t) => {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(body, fc.array(change, { minLength: 1, maxLength: 4 }), (plain, changes) => {
      const block = lzoCompress(plain);
      for (const [place, byte] of changes) block[place % block.length] = byte;
      assertAgreement(t, block);
    }),
    { numRuns: 3000 },
  );
});

test('lzoDecompress() agrees with the naive decoder on opcodes at random', (t) => {
  // Small operands, so that many blocks are valid and use what no compressor here writes.
  const opcode = fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 3 }), fc.nat({ max: 1 }));
  const makeBlock = (seed: Uint8Array, opcodes: readonly (readonly number[])[]): Uint8Array =>
    Uint8Array.from([17 + seed.length, ...seed, ...opcodes.flat(), 0x11, 0, 0]);
  const seed = fc.uint8Array({ minLength: 1, maxLength: 200 });
  let validCount = 0;
  fc.assert(
    fc.property(seed, fc.array(opcode, { maxLength: 6 }), (literals, opcodes) => {
      if (assertAgreement(t, makeBlock(literals, opcodes))) validCount += 1;
    }),
    { numRuns: 3000 },
  );
  t.true(validCount > 100, `${validCount} valid blocks`);
});

test('lzoDecompress() never exceeds its cap nor throws anything but ProtocolError', (t) => {
  fc.assert(
    fc.property(
      body,
      fc.uint8Array({ maxLength: 60 }),
      fc.nat({ max: 500 }),
      (plain, tail, cap) => {
        const block = lzoCompress(plain);
        const damaged = join([block.subarray(0, block.length - tail.length), tail]);
        const result = attempt(damaged, cap);
        t.true(result === undefined || result.length <= cap);
        t.is(attempt(block, cap) === undefined, plain.length > cap);
      },
    ),
    { numRuns: 1000 },
  );
});

/** Both decoders give the same, or neither gives anything; returns whether they did. */
function assertAgreement(t: Assertions, block: Uint8Array): boolean {
  const ours = attempt(block, maxBytes);
  let naive: Uint8Array | undefined;
  try {
    naive = block.length === 0 ? block : naiveDecompress(block);
  } catch {
    naive = undefined;
  }
  t.deepEqual(ours, naive);
  return ours !== undefined;
}

function attempt(block: Uint8Array, cap: number): Uint8Array | undefined {
  try {
    return lzoDecompress(block, { maxBytes: cap });
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
