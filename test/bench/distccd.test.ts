import test from 'ava';
import { startDaemon } from '../../bench/distccd/daemon.ts';
import { makeInstantCompiler, makeJobs } from '../../bench/distccd/jobs.ts';
import { measureTask } from '../../bench/distccd/measure.ts';
import { findGrowth, soak } from '../../bench/soak/soak.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const { signal } = new AbortController();

test('measureTask() counts the jobs of all daemons, and those that fail', async (t) => {
  const folder = await makeFolder(t);
  const compiler = makeInstantCompiler(folder);
  const setup = { folder, compilers: [compiler], jobs: 2 };
  await using original = await startDaemon('original', setup);
  await using ours = await startDaemon('Node', setup);
  const daemons = { original, Node: ours };
  const task = { job: makeJobs(compiler).instant, clientCount: 4, isReal: false };
  const options = { rounds: 2, ms: 150, signal };
  const good = await measureTask(daemons, task, options);
  t.deepEqual(
    good.map(({ name, unit }) => [name, unit]),
    [
      ['instant, 4 clients', 'jobs/s'],
      ['instant, 4 clients: CPU a job', 'ms'],
    ],
  );
  for (const { samples, faults = [] } of good) {
    t.deepEqual(Object.keys(samples), ['original', 'Node']);
    for (const figures of Object.values(samples)) {
      t.is(figures.length, 2);
      t.true(
        figures.some((figure) => figure > 0),
        'processor time comes in ticks of 10 ms',
      );
    }
    t.deepEqual(faults, []);
  }
  const job = { ...task.job, request: Buffer.from(task.job.request).fill('x', 0, 4) };
  const [bad] = await measureTask(daemons, { ...task, job }, options);
  t.regex(bad?.faults?.join() ?? '', /^Node: [1-9][\d.]* jobs of a round failed$/);
});

test('soak() runs jobs of every kind and finds nothing that stays', async (t) => {
  const folder = await makeFolder(t);
  const { looks, wrongCount, deathMs } = await soak({
    ...{ jobCount: 97, folder, signal },
    write: () => undefined,
  });
  t.is(looks.at(-1)?.jobCount, 97);
  t.is(wrongCount, 0);
  t.deepEqual(findGrowth(looks), []);
  t.is(deathMs.length, 4, 'clients that vanished');
});

test('findGrowth() names what has grown since the first look', (t) => {
  const look = { jobCount: 1, residentBytes: 1, descriptors: 20, processes: 3, files: 1 };
  t.deepEqual(findGrowth([look, { ...look, residentBytes: 9 }, look]), []);
  const more = { ...look, descriptors: 21, files: 0 };
  t.deepEqual(findGrowth([look, more, look]), ['descriptors: 20 → 21']);
});
