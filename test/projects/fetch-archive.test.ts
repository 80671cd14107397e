import test from 'ava';
import { fetchArchive } from './fetch-archive.ts';

for (const from of ['debian', 'npm'] as const) {
  test(`fetchArchive() says how to go on when ${from} has no such thing, or cannot be asked`, async (t) => {
    const file = 'no-such-thing.tgz';
    const archive = { from, file, source: 'no-such-thing', spec: '/no/such/thing', integrity: '' };
    const message =
      /^Cannot fetch no-such-thing\.tgz, which the tests [^]+\nRun them once with a network, or put that file into \S+build\/inputs$/;
    await t.throwsAsync(fetchArchive(archive), { message });
  });
}
