import path from 'node:path';
import { bun, invokedAs } from '../process/index.ts';

/** A process that lives for so long is worth optimising; most end before it would pay (build-bin.js). */
const OPTIMISE_AFTER_MS = 500;

/** The programs of the single-file executable; called by any other name it is distcc, in a compiler's place. */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  lsdistcc: () => import('./lsdistcc.ts'),
  distccd: () => import('./distccd.ts'),
  'distccmon-text': () => import('./distccmon-text.ts'),
};

setTimeout(() => {
  bun?.unsafe.setJITPolicy(1);
}, OPTIMISE_AFTER_MS).unref();
const run = programs[path.basename(invokedAs(), '.js')] ?? (() => import('./distcc.ts'));
await run();
