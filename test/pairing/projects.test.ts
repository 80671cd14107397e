import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { fixture } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { fetchArchive } from '../projects/fetch-archive.ts';
import { leveldb, lua, makeCommands } from '../projects/projects.ts';
import type { Project } from '../projects/projects.ts';
import { readObjects, unpackProject } from '../projects/unpack-project.ts';
import { runPump } from './run-pump.ts';

/** A whole build on a machine with other work. */
const MINUTES_MS = 4 * 60_000;
const JOBS = 2;

type Objects = ReadonlyMap<string, Buffer>;
type RunMake = (command: readonly string[], cwd: string) => Promise<Run>;

/** Debug information names the folder: all builds of a project happen in one, by turns. */
const base = await mkdtemp(path.join(os.tmpdir(), 'lsdistcc-projects-'));
test.after.always(() => rm(base, { recursive: true, force: true }));

async function build(
  t: ExecutionContext,
  project: Project,
  compiler: string,
  runMake: RunMake,
): Promise<Objects> {
  const folder = path.join(base, project.name);
  await unpackProject(project, folder);
  for (const command of makeCommands(project, compiler, JOBS)) {
    const { code, stderr } = await runMake(command, folder);
    t.is(code, 0, stderr);
    t.notRegex(stderr, /preprocessing locally|distcc\[\d+\] (?:ERROR|Warning)/i);
  }
  return readObjects(folder);
}

/** What the local compiler makes, once for each way of asking it. */
const localBuilds = new Map<string, Promise<Objects>>();

function buildHere(t: ExecutionContext, project: Project, compiler: string): Promise<Objects> {
  const key = `${project.name} ${compiler}`;
  const known =
    localBuilds.get(key) ??
    build(t, project, compiler, (command, cwd) => run(t, command, { cwd, hangMs: MINUTES_MS }));
  localBuilds.set(key, known);
  return known;
}

interface Way {
  readonly project: Project;
  readonly objects: number;
  readonly protocol: 1 | 2 | 3;
  readonly flags: '' | ' -g';
}

const ways: Way[] = [
  { project: lua, objects: 34, protocol: 1, flags: '' },
  { project: lua, objects: 34, protocol: 2, flags: ' -g' },
  { project: lua, objects: 34, protocol: 3, flags: ' -g' },
  { project: leveldb, objects: 45, protocol: 1, flags: ' -g' },
  { project: leveldb, objects: 45, protocol: 2, flags: '' },
  { project: leveldb, objects: 45, protocol: 3, flags: '' },
];

test.before(async (t) => {
  t.timeout(MINUTES_MS, 'the sources of real projects are fetched once');
  for (const { archive } of [lua, leveldb]) await fetchArchive(archive);
});

for (const { project, objects, protocol, flags } of ways) {
  const title = `${project.name}${flags} by the original’s client and our distccd, protocol ${protocol}`;
  test.serial(`${title}: every object is the local one`, async (t) => {
    t.timeout(MINUTES_MS, 'whole projects are built');
    const kind = `${project.compiler}${flags}`;
    // Separate preprocessing shows in debug information: the local compiler works in two steps as well.
    const isInSteps = flags !== '' && protocol !== 3;
    const local = await buildHere(
      t,
      project,
      isInSteps ? `${fixture('cc-two-steps')} ${kind}` : kind,
    );
    const { port, readLog } = await startOurDistccd(t);
    const env = {
      DISTCC_HOSTS: `127.0.0.1:${port}${protocol === 2 ? ',lzo' : ''}`,
      DISTCC_FALLBACK: '0',
    };
    const runMake: RunMake = (command, cwd) =>
      protocol === 3
        ? runPump(t, port, command, { cwd, hangMs: MINUTES_MS })
        : run(t, command, { cwd, env, hangMs: MINUTES_MS });
    const remote = await build(t, project, `/usr/bin/distcc ${kind}`, runMake);
    t.deepEqual([...remote.keys()], [...local.keys()]);
    t.is(remote.size, objects);
    const different = [...local].filter(([name, bytes]) => !remote.get(name)?.equals(bytes));
    t.deepEqual(
      different.map(([name]) => name),
      [],
    );
    const jobs = (await readLog()).split('\n').filter((line) => /: exit code \d+, /.test(line));
    t.is(jobs.length, objects, 'each was a job of the daemon');
    t.true(jobs.every((line) => line.includes(': exit code 0, ')));
  });
}
