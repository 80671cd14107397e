import test from 'ava';
import { startDaemon } from '../../bench/distccd/daemon.ts';
import { makeInstantCompiler, makeJobs } from '../../bench/distccd/jobs.ts';
import { measureRow } from '../../bench/distccd/measure.ts';
import { isRight, renderFaults, renderRow } from '../../bench/distccd/render.ts';
import { findGrowth, soak } from '../../bench/soak/soak.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const { signal } = new AbortController();

test('measureRow() counts the jobs of both daemons, and those that fail', async (t) => {
  const folder = await makeFolder(t);
  const compiler = makeInstantCompiler(folder);
  const setup = { folder, compilers: [compiler], jobs: 2 };
  await using original = await startDaemon('original', setup);
  await using ours = await startDaemon('ours', setup);
  const row = { job: makeJobs(compiler).instant, clientCount: 4, isReal: false };
  const options = { rounds: 2, ms: 150, signal };
  const good = await measureRow({ original, ours }, row, options);
  for (const { jobCount, failureCount, cpuMs } of [good.original, good.ours]) {
    t.true(jobCount >= 8);
    t.is(failureCount, 0);
    t.true(cpuMs > 0);
  }
  t.true(isRight(good));
  t.regex(renderRow(good), /instant {2,}4 .* jobs\/s/);
  const job = { ...row.job, request: Buffer.from(row.job.request).fill('x', 0, 4) };
  const bad = await measureRow({ original, ours }, { ...row, job }, options);
  t.is(bad.ours.failureCount, bad.ours.jobCount);
  t.false(isRight(bad));
  t.regex(renderFaults([bad]).join('\n'), /failed: [1-9]\d* of ours/);
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
