import { fileURLToPath } from 'node:url';

/** The checkout, seen from `build/test/examples/`. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));
