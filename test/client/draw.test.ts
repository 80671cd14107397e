import test from 'ava';
import { isDrawn } from '../../src/client/draw.ts';

const ROUNDS = 20_000;

/** The minimal standard generator of Park and Miller: uniform, and the same in each run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function count(share: number, random?: () => number): number {
  let drawn = 0;
  for (let round = 0; round < ROUNDS; round += 1) if (isDrawn(share, random)) drawn += 1;
  return drawn;
}

for (const share of [0.005, 0.01, 0.1, 0.5]) {
  test(`isDrawn() draws ${share * 100} of a hundred jobs`, (t) => {
    // Five standard deviations: an honest draw is outside once in 1.7 million times.
    const bound = 5 * Math.sqrt(ROUNDS * share * (1 - share));
    const seeded = count(share, makeRandom(7));
    t.true(Math.abs(seeded - ROUNDS * share) < bound, `seeded: ${seeded}`);
    const secure = count(share);
    t.true(Math.abs(secure - ROUNDS * share) < bound, `secure: ${secure}`);
  });
}

test('isDrawn() draws no job of 0 and every job of 1', (t) => {
  t.is(count(0), 0);
  t.is(count(1), ROUNDS);
  t.true(isDrawn(1, () => 1 - Number.EPSILON));
  t.false(isDrawn(0, () => 0));
});

test('isDrawn() draws a job below the share, not at it', (t) => {
  t.true(isDrawn(0.01, () => 0.009_999));
  t.false(isDrawn(0.01, () => 0.01));
});
