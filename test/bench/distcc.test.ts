import test from 'ava';
import { clientNames } from '../../bench/distcc/clients.ts';
import { isReached, playScenario } from '../../bench/distcc/compare.ts';
import { renderRow } from '../../bench/distcc/render.ts';
import { measureRun } from '../../bench/distcc/run.ts';

const { signal } = new AbortController();
const clients = clientNames.map((name) => ({ name, command: [], env: {} }));

test('playScenario() lets clients play by turns and takes medians', async (t) => {
  const turns: string[] = [];
  const times = { original: [10, 20, 30], node: [1, 1, 1], executable: [5, 30, 30] };
  const [row] = await playScenario(
    {
      metrics: [{ name: 'something', unit: 'ms', wantedRatio: 0.9 }],
      rounds: 3,
      run: ({ name }) => {
        turns.push(name);
        return Promise.resolve([times[name].shift() ?? NaN]);
      },
    },
    clients,
  );
  t.deepEqual(turns.slice(0, 6), [...clientNames, ...clientNames.toReversed()]);
  if (row === undefined) return t.fail();
  t.deepEqual(row.medians, { original: 20, node: 1, executable: 30 });
  t.is(row.ratio, 1);
  t.false(isReached(row));
  t.regex(renderRow(row), /^something +20\.0 ms +1\.00 ms +30\.0 ms +1\.00 +≤ 0\.9 MISSED$/);
  t.true(isReached({ ...row, ratio: 0.9 }));
});

test.serial('measureRun() measures a command, and ends one that takes too long', async (t) => {
  const options = { cwd: '/', env: { PATH: process.env['PATH'] ?? '' }, signal };
  const work = ['sh', '-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; sleep 0.1'];
  const { wallMs, cpuMs, peakBytes } = await measureRun(work, { ...options, capMs: 60_000 });
  t.true(cpuMs > 0 && wallMs >= 100 && peakBytes > 0);
  const capped = await measureRun(['sleep', '60'], { ...options, capMs: 100 });
  t.true(capped.wallMs >= 99 && capped.wallMs < 50_000);
  await t.throwsAsync(
    measureRun(['sh', '-c', 'echo why >&2; exit 3'], { ...options, capMs: 9000 }),
    {
      message: /ended with 3: why/,
    },
  );
});
