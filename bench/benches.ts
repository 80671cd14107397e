import type { Bench } from './bench.ts';
import { distccBench } from './distcc/index.ts';
import { distccdBench } from './distccd/index.ts';
import { lsdistccBench } from './lsdistcc/index.ts';
import { sshBench } from './ssh/index.ts';
import { startBench } from './start/index.ts';
import { tlsBench } from './tls/index.ts';

/** Every subject by its name, in the order of the page. */
export const benches: Readonly<Record<string, Bench>> = {
  start: startBench,
  lsdistcc: lsdistccBench,
  distcc: distccBench,
  distccd: distccdBench,
  ssh: sshBench,
  tls: tlsBench,
};
