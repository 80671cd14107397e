import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Run } from '../helpers/run.ts';
import { readYaml } from './read-yaml.ts';
import { compiledSources, copyExample } from './run-example.ts';
import type { Example } from './run-example.ts';
import { deadFarm, startFarm, writeProject } from './start-farm.ts';

const [pipeline] = readYaml('gitlab-ci/.gitlab-ci.yml');
const farmOf = pipeline.text('variables.FARM');

/** The job as a runner's shell executor has it: both scripts in one shell, and what the job knows then. */
async function runJob(t: ExecutionContext, FARM: string): Promise<Example & { job: Run }> {
  const example = await copyExample(t, 'gitlab-ci');
  await writeProject(example.folder);
  const scripts = ['build.before_script', 'build.script'].flatMap((key) => pipeline.all(key));
  const commands = scripts.map((command) => command.text(''));
  const show = 'echo "$DISTCC_HOSTS|$MAKEFLAGS"';
  const script = ['set -eo pipefail', ...commands, show].join('\n');
  await writeFile(path.join(example.folder, 'job.sh'), script);
  return { ...example, job: await example.run(['bash', 'job.sh'], { FARM }) };
}

test('.gitlab-ci.yml vets the farm and compiles on the hosts that passed', async (t) => {
  const farm = await startFarm(t);
  const { job, run } = await runJob(t, `${farm.options} ${farmOf}`);
  t.is(job.code, 0, job.stderr);
  const [hosts = '', flags] = job.stdout.trimEnd().split('\n').at(-1)?.split('|') ?? [];
  t.deepEqual(hosts.split(' ').sort(), [...farm.good]);
  t.is(flags, '-j8');
  t.regex(job.stderr, /^mydistcc3 .*: refused: /m);
  t.deepEqual(compiledSources(await farm.readLog()).sort(), ['greeting.c', 'main.c']);
  t.is((await run(['./hello'])).stdout, 'Hello\n');
});

test('.gitlab-ci.yml builds on the runner when no host is good', async (t) => {
  const { job, run } = await runJob(t, await deadFarm());
  t.is(job.code, 0, job.stderr);
  const cores = availableParallelism();
  t.is(job.stdout.trimEnd().split('\n').at(-1), `localhost/${cores}|-j${cores}`);
  t.is((await run(['./hello'])).stdout, 'Hello\n');
});

test('.gitlab-ci.yml has what a pipeline must have', (t) => {
  t.deepEqual(pipeline.names(''), ['variables', 'build']);
  t.deepEqual(pipeline.names('build'), ['tags', 'before_script', 'script']);
});
