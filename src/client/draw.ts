import { randomInt } from 'node:crypto';

/** As fine as {@link randomInt} goes. */
const STEPS = 2 ** 48 - 1;

/**
 * Whether a job is one of the share. Drawn when its answer is there, from a source that no host can foresee.
 * @param share - 0 for none, 1 for all
 * @param random - uniform in [0, 1)
 */
export function isDrawn(share: number, random: () => number = secureRandom): boolean {
  return random() < share;
}

function secureRandom(): number {
  return randomInt(STEPS) / STEPS;
}
