import test from 'ava';
import { runCli, run } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';

/** Wide limits: the tests of a loaded machine are not about speed. */
const patient = ['-t30', '-c9000', '-k9000'];

const suffixes = { 1: '', 2: ',lzo', 3: ',lzo,cpp' } as const;

for (const protocol of [1, 2, 3] as const) {
  test(`our lsdistcc finds the original distccd up, protocol ${protocol}`, async (t) => {
    const { port } = await startOriginalDistccd(t);
    const args = [...patient, `-P${protocol}`, '-pgcc', '--explain', `127.0.0.1:${port}`];
    const result = await runCli(t, 'lsdistcc', args);
    t.is(result.stdout, `127.0.0.1:${port}${suffixes[protocol]}\n`, result.stderr);
    t.regex(result.stderr, /: up, \d+ ms, x86_64, GCC: \(.*\) \d+\.\d+/);
    t.is(result.code, 0);
  });
}

for (const protocol of [1, 2] as const) {
  test(`the original lsdistcc finds our distccd up, protocol ${protocol}`, async (t) => {
    const { port } = await startOurDistccd(t);
    const args = [...patient, `-P${protocol}`, '-pgcc', `-r${port}`, '127.0.0.1'];
    const result = await run(t, ['/usr/bin/lsdistcc', ...args]);
    t.is(result.stdout, `127.0.0.1:${port}${suffixes[protocol]}\n`, result.stderr);
    t.is(result.code, 0);
  });

  test(`the original lsdistcc finds no compiler that our distccd has not, protocol ${protocol}`, async (t) => {
    const { port } = await startOurDistccd(t);
    const args = [...patient, `-P${protocol}`, '-pgcc-99', `-r${port}`, '127.0.0.1'];
    t.is((await run(t, ['/usr/bin/lsdistcc', ...args])).stdout, '');
  });

  test(`our lsdistcc finds our distccd up, protocol ${protocol}`, async (t) => {
    const { port } = await startOurDistccd(t);
    const args = [...patient, `-P${protocol}`, `-r${port}`, '127.0.0.1'];
    const result = await runCli(t, 'lsdistcc', args);
    t.is(result.stdout, `127.0.0.1:${port}${suffixes[protocol]}\n`, result.stderr);
  });
}

test('both lsdistcc print the same lines for the same hosts and letters', async (t) => {
  const { port } = await startOriginalDistccd(t, { isEverywhere: true });
  const hosts = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  for (const letters of [[], ['-n'], ['-P2'], ['-x'], ['-c0']]) {
    const args = [...patient, '-k0', `-r${port}`, ...letters, ...hosts];
    const theirs = await run(t, ['/usr/bin/lsdistcc', ...args]);
    const ours = await runCli(t, 'lsdistcc', args);
    t.deepEqual(sorted(ours.stdout), sorted(theirs.stdout), letters.join(' '));
    t.is(ours.code, theirs.code);
  }
});

/** The original prints in the order of completion. */
function sorted(text: string): string[] {
  return text.trimEnd().split('\n').sort();
}
