import { randomInt } from 'node:crypto';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { fuzz } from './fuzz.ts';

test('distccd bears random and hostile requests: it lives, keeps nothing and compiles', async (t) => {
  const seed = randomInt(2 ** 30);
  const { signal } = new AbortController();
  const write = (): void => undefined;
  const folder = await makeFolder(t);
  const kinds = await fuzz({ count: 300, seed, folder, write, signal });
  t.log(`seed ${seed}: ${[...kinds].map(([kind, times]) => `${times} ${kind}`).join(', ')}`);
  for (const kind of ['compiled', 'closed', 'status 00006e00']) {
    t.true((kinds.get(kind) ?? 0) > 0, `some are ${kind}: otherwise nothing is tried`);
  }
});
