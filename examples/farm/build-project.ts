import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { IoError } from '../../src/errors/index.ts';
import { describeStatus } from '../../src/protocol/index.ts';
import { countPlaces, formatPlaces } from './count-places.ts';
import type { Farm } from './farm.ts';
import type { Project } from './projects.ts';
import type { Screen } from './screen.ts';
import { runLine } from './stage.ts';
import type { Stage } from './stage.ts';

/** What a build happens with. */
export interface BuildContext {
  readonly stage: Stage;
  readonly screen: Screen;
  /** The folder that make is called in. */
  readonly source: string;
  /** DISTCC_HOSTS. */
  readonly hosts: string;
  readonly farm: Farm;
}

/** Between two looks at the log of a build that runs. */
const LOOK_MS = 200;

/**
 * Build a project with make and distcc on exactly these hosts, say where its objects were compiled, and
 * run what came out.
 * @returns how long make took, in milliseconds
 * @throws {IoError} when the build or the program fails
 */
export async function buildProject(project: Project, context: BuildContext): Promise<number> {
  const { screen, source, hosts } = context;
  const logFile = path.join(context.stage.folder, 'distcc.log');
  const jobs = Math.max(hosts.split(' ').length, os.availableParallelism() * 2);
  const line = `make -j${jobs} ${project.variable}='distcc ${project.compiler}'`;
  screen.line('');
  screen.title(`Building ${project.title}, which npm package ${project.packageName} carries:`);
  screen.command(`export DISTCC_HOSTS='${hosts}'`);
  screen.command(line);
  const env = { ...context.stage.env, DISTCC_HOSTS: hosts, DISTCC_LOG: logFile };
  const startedAtMs = performance.now();
  const watch = setInterval(() => {
    const { remoteCount } = countPlaces(readLog(logFile), 0);
    screen.status(`${remoteCount} objects came back from the farm …`);
  }, LOOK_MS);
  try {
    await runOrFail(line, { ...context, stage: { ...context.stage, env } });
  } finally {
    clearInterval(watch);
  }
  const buildMs = performance.now() - startedAtMs;
  const places = countPlaces(readLog(logFile), countObjects(source));
  screen.line(formatPlaces(places, namesOf(context.farm)), '');
  screen.command('distcc --stats');
  screen.line(await runOrFail('distcc --stats', context), '');
  screen.command('./show');
  screen.line(await runOrFail('./show', context));
  return buildMs;
}

async function runOrFail(line: string, { stage, screen, source }: BuildContext): Promise<string> {
  const { status, stdout, stderr } = await runLine(line, stage, source);
  if (status === 0) return stdout.toString().trim();
  const said = Buffer.concat([stdout, stderr]).toString().trimEnd();
  screen.line(...said.split('\n').slice(-15));
  throw new IoError(`"${line}" failed with ${describeStatus(status)}`);
}

function readLog(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

function countObjects(folder: string): number {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.o')).length;
}

function namesOf({ hosts, port, isTls }: Farm): ReadonlyMap<string, string> {
  const proof = (name: string): string => (isTls ? `,tls=${name}` : '');
  return new Map(hosts.map(({ name, address }) => [`${address}:${port}${proof(name)}`, name]));
}
