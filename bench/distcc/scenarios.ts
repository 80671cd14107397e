import fs from 'node:fs';
import path from 'node:path';
import type { Effort } from '../bench.ts';
import { leveldb, lua, makeCommands, re2 } from '../../test/projects/projects.ts';
import type { Project } from '../../test/projects/projects.ts';
import { unpackProject } from '../../test/projects/unpack-project.ts';
import type { Client } from './clients.ts';
import type { Measured } from './run.ts';
import { atMost, hostsOf, JOBS, runWithBroker } from './scenario.ts';
import type { Scenario, Scene } from './scenario.ts';

/** The original waits for 300 s at a host that says nothing: nobody has to see that to the end. */
const CAP_MS = { quick: 16_000, default: 60_000, full: 60_000 } as const;
/** So many runs of something short are one measurement. */
const REPEATS = { quick: 5, default: 20, full: 40 } as const;

/** Everything that is measured, the quickest first. */
export function makeScenarios(effort: Effort, scene: Scene): Scenario[] {
  const rounds = { quick: 2, default: 5, full: 9 }[effort];
  const buildRounds = { quick: 1, default: 3, full: 5 }[effort];
  const short = { effort, scene, rounds };
  const projects = { quick: [], default: [lua, leveldb], full: [lua, leveldb, re2] }[effort];
  return [
    repeat('a job, instant compiler', ['instant-cc', '-c', 'small.c', '-o', 'small.o'], short),
    fiveJobs(scene, buildRounds),
    ...projects.map((project) => build(project, scene, buildRounds)),
    stalled(scene, effort),
  ];
}

/** A command again and again: wall and processor time for one. */
function repeat(
  name: string,
  words: readonly string[],
  { effort, scene, rounds }: { effort: Effort; scene: Scene; rounds: number },
): Scenario {
  const times = REPEATS[effort];
  const script = `i=0; while [ $i -lt ${times} ]; do "$@" || exit; i=$((i + 1)); done`;
  return {
    metrics: [
      { name, unit: 'ms' },
      { name: `${name}: CPU`, unit: 'ms' },
    ],
    rounds,
    run: async (client) => {
      const command = ['/bin/sh', '-c', script, 'sh', ...client.command, ...words];
      const { wallMs, cpuMs } = await runWithBroker(client, command, scene, hostsOf(scene, 'good'));
      return [wallMs / times, cpuMs / times];
    },
  };
}

function fiveJobs(scene: Scene, rounds: number): Scenario {
  const script = 'for i in 1 2 3 4 5; do "$@" -o $i.o & done; wait';
  return {
    metrics: [{ name: 'five 1.1 s jobs, two slots', unit: 's', wanted: atMost(3.4, 'value') }],
    rounds,
    run: async (client) => {
      const job = [...client.command, 'slow-cc', '-c', 'small.c'];
      const command = ['/bin/sh', '-c', script, 'sh', ...job];
      const hosts = `127.0.0.1:${scene.ports.narrow}/2`;
      const { wallMs } = await runWithBroker(client, command, scene, hosts);
      return [wallMs / 1000];
    },
  };
}

function build(project: Project, scene: Scene, rounds: number): Scenario {
  const { name } = project;
  return {
    metrics: [
      { name: `${name}, make -j${JOBS}`, unit: 's', wanted: atMost(1.05) },
      { name: `${name}, make -j${JOBS}: CPU`, unit: 's', wanted: atMost(1.25) },
    ],
    rounds,
    run: async (client) => {
      const done = await make(project, client, scene, hostsOf(scene, 'good'));
      return [done.wallMs / 1000, done.cpuMs / 1000];
    },
  };
}

/** A build with a host in its list that takes connections and says nothing. */
function stalled(scene: Scene, effort: Effort): Scenario {
  const capMs = CAP_MS[effort];
  const hosts = `${hostsOf(scene, 'good')} 127.0.0.1:${scene.ports.stalled}/4`;
  const name = `with a stalled host (original: at most ${capMs / 1000} s)`;
  const script = `for i in 1 2 3 4 5 6 7 8; do "$@" -o $i.o & done; wait`;
  return {
    metrics: [{ name, unit: 's', wanted: atMost(0.5) }],
    rounds: 1,
    run: async (client) => {
      // What it learned of its hosts in other scenarios, or of this one, it does not know.
      fs.rmSync(client.env['DISTCC_DIR'] ?? '', { recursive: true, force: true });
      fs.mkdirSync(client.env['DISTCC_DIR'] ?? '');
      const job = [...client.command, 'instant-cc', '-c', 'small.c'];
      const done =
        effort === 'quick'
          ? await runWithBroker(
              client,
              ['/bin/sh', '-c', script, 'sh', ...job],
              scene,
              hosts,
              capMs,
            )
          : await make(lua, client, scene, hosts, capMs);
      return [done.wallMs / 1000];
    },
  };
}

/** Build a project as new. */
async function make(
  project: Project,
  client: Client,
  scene: Scene,
  hosts: string,
  capMs?: number,
): Promise<Measured> {
  const cwd = path.join(scene.folder, project.name);
  await unpackProject(project, cwd);
  const compiler = [...client.command, project.compiler].join(' ');
  const quote = (word: string): string => `'${word}'`;
  const commands = makeCommands(project, compiler, JOBS).map((words) => words.map(quote).join(' '));
  const command = ['/bin/sh', '-c', commands.join(' && ')];
  return runWithBroker(client, command, { ...scene, folder: cwd }, hosts, capMs);
}
