import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Stats } from '../../src/scheduling/index.ts';
import { commandOf, fixture } from '../helpers/paths.ts';
import { baseEnvironment, killGroup } from '../helpers/run.ts';
import { ask, checkSlots, findLeftovers, findProcesses } from './after-build.ts';
import { makeCommands } from './projects.ts';
import type { Project } from './projects.ts';
import { startFarm } from './shaken-farm.ts';
import type { ServerKind } from './shaken-farm.ts';
import { readObjects, unpackProject } from './unpack-project.ts';

/** Objects by their names. */
export type Objects = ReadonlyMap<string, Buffer>;

/** What a build on a farm that fails all the time is. */
export interface BuildOptions {
  readonly project: Project;
  /** For everything: sources, state, temporary files; the same one gives the same debug information. */
  readonly folder: string;
  readonly kind: ServerKind;
  /** For make's -j. */
  readonly jobs: number;
  /** Words behind the compiler: `-g`. */
  readonly flags: string;
  /** What objects may be: each one is one of these. */
  readonly local: readonly Objects[];
  /** It hangs when it is not done by then. */
  readonly hangMs: number;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface BuildResult {
  /** What is wrong, a line each. */
  readonly faults: readonly string[];
  readonly objects: number;
  readonly elapsedMs: number;
  /** How often a server was killed or stopped. */
  readonly failures: number;
  readonly stats: Stats;
}

const SERVERS = 4;
const SLOTS = 3;
const SHAKE_EVERY_MS = 500;

/** What the local compiler makes in one step and, where debug information tells, of its own text. */
export async function buildHere(
  { project, folder, flags, hangMs, signal }: Omit<BuildOptions, 'kind' | 'jobs' | 'local'>,
  hasDebug: boolean,
): Promise<readonly Objects[]> {
  const kind = `${project.compiler}${flags}`;
  const results: Objects[] = [];
  for (const compiler of hasDebug ? [kind, `${fixture('cc-two-steps')} ${kind}`] : [kind]) {
    const env = await makeEnvironment(folder);
    const sources = path.join(folder, project.name);
    await unpackProject(project, sources);
    const fault = await runMake(project, {
      ...{ compiler, jobs: 4, sources, env, hangMs, signal },
    });
    if (fault !== undefined) throw new Error(`Cannot build ${project.name} here: ${fault}`);
    results.push(await readObjects(sources));
  }
  return results;
}

/** Build a project with our client while its servers are killed, stopped and started again. */
export async function buildOnFarm(options: BuildOptions): Promise<BuildResult> {
  const { project, folder, kind, flags, local } = options;
  const sources = path.join(folder, project.name);
  const state = path.join(folder, `run-${process.hrtime.bigint()}`);
  await mkdir(state, { mode: 0o755 });
  await unpackProject(project, sources);
  const farm = await startFarm({ kind, folder: state, servers: SERVERS, slots: SLOTS });
  const env = {
    ...(await makeEnvironment(state)),
    DISTCC_HOSTS: farm.ports.map((port) => `127.0.0.1:${port}/${SLOTS}`).join(' '),
    DISTCC_BACKOFF_PERIOD: '1', // a server that is back takes part again
  };
  const faults: string[] = [];
  const stop = new AbortController();
  const shaking = farm.shake(SHAKE_EVERY_MS, stop.signal);
  const startedAtMs = performance.now();
  const compiler = [...commandOf('distcc'), project.compiler].join(' ') + flags;
  const fault = await runMake(project, { ...options, compiler, sources, env });
  const elapsedMs = performance.now() - startedAtMs;
  stop.abort();
  const failures = await shaking;
  if (fault !== undefined) faults.push(fault);
  const objects = await readObjects(sources);
  faults.push(...compare(objects, local));
  const stats = JSON.parse(await ask(env, '--stats', '--json')) as Stats;
  await farm.heal();
  faults.push(...(await checkSlots(farm.ports, SLOTS, env)));
  await ask(env, '--stop');
  faults.push(...(await farm.end()).map((file) => `A server left ${file}`));
  faults.push(...(await findLeftovers(sources, env)), ...(await findProcesses(state)));
  return { faults, objects: objects.size, elapsedMs, failures, stats };
}

/** Where the jobs of a build ran, in one line. */
export function describeWhere({ stats, elapsedMs, failures }: BuildResult): string {
  const here = stats.localReasons.map(({ why, jobs }) => `${jobs} here (${why})`);
  const seconds = (elapsedMs / 1000).toFixed(0);
  return `${seconds} s, ${failures} servers lost, ${[`${stats.remote} remote`, ...here].join(', ')}`;
}

async function makeEnvironment(folder: string): Promise<Record<string, string>> {
  const tmp = path.join(folder, 'tmp');
  await mkdir(tmp, { recursive: true });
  return { ...baseEnvironment(folder, tmp), SOURCE_DATE_EPOCH: '1' };
}

interface MakeOptions {
  readonly compiler: string;
  readonly jobs: number;
  readonly sources: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hangMs: number;
  readonly signal: AbortSignal;
}

/** @returns what went wrong */
async function runMake(project: Project, options: MakeOptions): Promise<string | undefined> {
  const { compiler, jobs, sources, env, hangMs, signal } = options;
  for (const [program = '', ...words] of makeCommands(project, compiler, jobs)) {
    const stdio = ['ignore', 'ignore', 'pipe'] as const;
    const child = spawn(program, words, { cwd: sources, env, stdio: [...stdio], detached: true });
    const over = AbortSignal.any([signal, AbortSignal.timeout(hangMs)]);
    over.addEventListener('abort', () => {
      killGroup(child.pid);
    });
    const [stderr, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    if (code === null) return signal.aborted ? 'Stopped' : `make hangs after ${hangMs} ms`;
    if (code !== 0) return `make ended with ${code}: ${stderr.slice(-3000)}`;
  }
  return undefined;
}

function compare(objects: Objects, local: readonly Objects[]): readonly string[] {
  const [names = new Map<string, Buffer>()] = local;
  const missing = [...names.keys()].filter((name) => !objects.has(name));
  const different = [...objects].filter(
    ([name, bytes]) => !local.some((each) => each.get(name)?.equals(bytes)),
  );
  return [
    ...missing.map((name) => `${name} is missing`),
    ...different.map(([name]) => `${name} is not what the compiler makes here`),
  ];
}
