import test from 'ava';
import { clientNames } from '../../bench/distcc/clients.ts';
import { playScenario } from '../../bench/distcc/compare.ts';
import { measureRun } from '../../bench/distcc/run.ts';

const { signal } = new AbortController();
const clients = clientNames.map((name) => ({ name, command: [], commandOf: () => [], env: {} }));

test('playScenario() lets clients play by turns and keeps every round', async (t) => {
  const turns: string[] = [];
  const times = { original: [10, 20, 30], executable: [5, 30, 30], Node: [1, 1, 1] };
  const metric = { name: 'something', unit: 'ms' } as const;
  const rows = await playScenario(
    {
      metrics: [metric],
      rounds: 3,
      run: ({ name }) => {
        turns.push(name);
        return Promise.resolve([times[name].shift() ?? NaN]);
      },
    },
    clients,
  );
  t.deepEqual(turns.slice(0, 6), [...clientNames, ...clientNames.toReversed()]);
  const samples = { original: [10, 20, 30], executable: [5, 30, 30], Node: [1, 1, 1] };
  t.deepEqual(rows, [{ ...metric, samples }]);
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
