import path from 'node:path';
import { invokedAs } from '../process/index.ts';

/** The programs of the single-file executable; called by any other name it is distcc, in a compiler's place. */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  lsdistcc: () => import('./lsdistcc.ts'),
  distccd: () => import('./distccd.ts'),
  'distccmon-text': () => import('./distccmon-text.ts'),
};

const run = programs[path.basename(invokedAs(), '.js')] ?? (() => import('./distcc.ts'));
await run();
