import test from 'ava';
import { makeStopwatch } from '../../bench/start/stopwatch.ts';
import { makeFolder } from '../helpers/make-folder.ts';

test('makeStopwatch() measures one run: its time, and its own memory whoever started it', async (t) => {
  const folder = await makeFolder(t);
  const stopwatch = makeStopwatch(folder);
  const { signal } = new AbortController();
  const options = { cwd: folder, env: {}, signal, exitCode: 0 };
  const slept = await stopwatch(['/bin/sleep', '0.1'], options);
  t.true(slept.wallMs >= 100 && slept.wallMs < 50_000);
  t.true(slept.peakMiB > 0.3 && slept.peakMiB < 10, `${slept.peakMiB} MiB`);
  const node = await stopwatch([process.execPath, '--eval', 'Buffer.alloc(1e8, 1)'], options);
  t.true(node.peakMiB > 100 && node.peakMiB < 250, `${node.peakMiB} MiB`);
  const failing = ['/bin/sh', '-c', 'echo why >&2; exit 3'];
  await t.throwsAsync(stopwatch(failing, options), { message: /^Cannot run \/bin\/sh .*: why/ });
  await t.notThrowsAsync(stopwatch(failing, { ...options, exitCode: 3 }));
  await t.throwsAsync(stopwatch(['/nonexistent'], options), { message: /^Cannot run/ });
  await t.throwsAsync(stopwatch(['/bin/sh', '-c', 'kill -9 $$'], options));
});
