import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Run } from '../helpers/run.ts';
import { readYaml } from './read-yaml.ts';
import { compiledSources, copyExample } from './run-example.ts';
import type { Example } from './run-example.ts';
import { deadFarm, startFarm, writeProject } from './start-farm.ts';

/** What a workflow left behind. */
interface Workflow extends Example {
  readonly steps: readonly Run[];
  readonly env: Readonly<Record<string, string>>;
  readonly summary: string;
}

const [workflow] = readYaml('github-actions/build.yml');
const farmOf = workflow.text('env.FARM');

/** Each `run` as the runner starts it, with what the steps before it wrote to $GITHUB_ENV. */
async function runWorkflow(t: ExecutionContext, FARM: string): Promise<Workflow> {
  const example = await copyExample(t, 'github-actions');
  const file = (name: string): string => path.join(example.folder, name);
  await writeProject(example.folder);
  await Promise.all([writeFile(file('env'), ''), writeFile(file('summary'), '')]);
  const files = { GITHUB_ENV: file('env'), GITHUB_STEP_SUMMARY: file('summary') };
  const steps: Run[] = [];
  let env: Record<string, string> = {};
  for (const step of workflow.all('jobs.build.steps')) {
    if (step.names('').includes('uses')) continue; // the checkout, which we did
    await writeFile(file('step.sh'), step.text('run'));
    steps.push(await example.run(['bash', '-e', 'step.sh'], { FARM, ...files, ...env }));
    env = parseEnvironment(await readFile(file('env'), 'utf8'));
  }
  return { ...example, steps, env, summary: await readFile(file('summary'), 'utf8') };
}

/** The `NAME=value` lines of $GITHUB_ENV: a later one wins. */
function parseEnvironment(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

test('build.yml vets the farm, shows each host, and compiles on those that passed', async (t) => {
  const farm = await startFarm(t);
  const done = await runWorkflow(t, `${farm.options} ${farmOf}`);
  t.deepEqual(
    done.steps.map(({ code }) => code),
    [0, 0],
    done.steps.map(({ stderr }) => stderr).join(''),
  );
  t.deepEqual(done.env['DISTCC_HOSTS']?.split(' ').sort(), [...farm.good]);
  t.is(done.env['MAKEFLAGS'], '-j8');
  t.regex(done.summary, /mydistcc1.*up/);
  t.regex(done.summary, /mydistcc3.*refused/);
  t.regex(done.steps[0]?.stderr ?? '', /^mydistcc3 .*: refused: /m);
  t.deepEqual(compiledSources(await farm.readLog()).sort(), ['greeting.c', 'main.c']);
  t.is((await done.run(['./hello'])).stdout, 'Hello\n');
});

test('build.yml builds on the runner when no host is good', async (t) => {
  const done = await runWorkflow(t, await deadFarm());
  t.deepEqual(
    done.steps.map(({ code }) => code),
    [0, 0],
  );
  const cores = availableParallelism();
  t.deepEqual(done.env, { DISTCC_HOSTS: `localhost/${cores}`, MAKEFLAGS: `-j${cores}` });
  t.regex(done.summary, /refused/);
  t.is((await done.run(['./hello'])).stdout, 'Hello\n');
});

test('build.yml has what a workflow must have', (t) => {
  // YAML 1.1 reads the word "on" as true; GitHub does not.
  t.deepEqual(workflow.names(''), ['name', 'true', 'env', 'jobs']);
  t.deepEqual(
    workflow.all('jobs.build.runs-on').map((each) => each.text('')),
    ['self-hosted', 'linux'],
  );
  t.regex(workflow.text('jobs.build.steps.0.uses'), /^actions\/checkout@v\d+$/);
});
