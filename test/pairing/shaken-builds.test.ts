import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { buildHere, buildOnFarm, describeWhere } from '../projects/build-on-farm.ts';
import type { Objects } from '../projects/build-on-farm.ts';
import { fetchArchive } from '../projects/fetch-archive.ts';
import { leveldb, lua } from '../projects/projects.ts';

/** A whole build on a machine with other work. */
const MINUTES_MS = 6 * 60_000;

/** Debug information names the folder: all builds of a project happen in one, by turns. */
const folder = await mkdtemp(path.join(os.tmpdir(), 'lsdistcc-shaken-'));
await chmod(folder, 0o755);
test.after.always(() => rm(folder, { recursive: true, force: true }));

test.before(async (t) => {
  t.timeout(MINUTES_MS, 'the sources of real projects are fetched once');
  for (const { archive } of [lua, leveldb]) await fetchArchive(archive);
});

const ways = [
  { project: lua, flags: ' -g', objects: 34, turns: [8, 64] },
  { project: leveldb, flags: '', objects: 45, turns: [64, 8] },
] as const;

const localBuilds = new Map<string, readonly Objects[]>();

for (const { project, flags, objects, turns } of ways) {
  for (const [index, kind] of (['ours', 'original'] as const).entries()) {
    const jobs = turns[index] ?? 8;
    const title = `${project.name}${flags}, make -j${jobs}, our client and ${kind === 'ours' ? 'our' : 'the original’s'} daemons`;
    test.serial(
      `${title} that are killed, stopped and started: every object is right`,
      async (t) => {
        t.timeout(MINUTES_MS, 'whole projects are built');
        const { signal } = new AbortController();
        const common = { project, folder, flags, hangMs: MINUTES_MS, signal };
        const local = localBuilds.get(project.name) ?? (await buildHere(common, flags !== ''));
        localBuilds.set(project.name, local);
        const result = await buildOnFarm({ ...common, kind, jobs, local });
        t.deepEqual(result.faults, []);
        t.is(result.objects, objects);
        t.true(result.failures > 2, `${result.failures} times a server was taken down`);
        t.true(result.stats.remote > 0, 'some jobs went to servers all the same');
        t.log(describeWhere(result));
      },
    );
  }
}
