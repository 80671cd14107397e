import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { IoError } from '../../src/errors/index.ts';
import { makeTempFolder, runChild } from '../../src/process/index.ts';
import type { ChildResult } from '../../src/process/index.ts';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where all of the demo happens: one folder, and an environment that keeps every program in it. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  /** What lsdistcc, distcc, make and the daemons get: nothing of the caller's own distcc settings. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Make the folder; it goes away with the stage, and so does what a killed compiler leaves in it.
 * @param signal - ends every program that runs on this stage
 */
export function setStage(signal: AbortSignal): Stage {
  const temp = makeTempFolder('distcc-farm-');
  const [bin, tmp, state] = ['bin', 'tmp', 'state'].map((name) => path.join(temp.path, name));
  for (const folder of [bin, tmp, state]) fs.mkdirSync(folder ?? '');
  for (const name of ['lsdistcc', 'distcc', 'distccd']) {
    fs.symlinkSync(programFile(name), path.join(bin ?? '', name));
  }
  const inherited = Object.entries(process.env).filter(([name]) => !OTHERS_SETTINGS.test(name));
  const searchPath = [bin, process.env['PATH'], path.dirname(process.execPath)].join(':');
  const env = { PATH: searchPath, TMPDIR: tmp, DISTCC_DIR: state };
  const stage = {
    folder: temp.path,
    env: { ...Object.fromEntries(inherited), ...env },
    signal,
    [Symbol.asyncDispose]: async () => {
      await stopBroker(stage);
      await temp.remove();
    },
  };
  return stage;
}

/** The broker that the build's first distcc started would stay for the next build. */
async function stopBroker(stage: Pick<Stage, 'folder' | 'env'>): Promise<void> {
  await runLine('distcc --stop', { ...stage, signal: AbortSignal.timeout(STOP_MS) }).catch(
    () => undefined, // it ends with its folder too
  );
}

const STOP_MS = 5000;

/** A caller's own farm, a make that calls us, and coverage counters in every compilation. */
const OTHERS_SETTINGS = /^(_?DISTCC|MAKE|MFLAGS$|NODE_V8_COVERAGE$)/;

/** The compiled file of one of our programs. */
export function programFile(name: string): string {
  return path.join(ROOT, `build/src/cli/${name}.js`);
}

type RunStage = Omit<Stage, typeof Symbol.asyncDispose>;

/** Run a line of shell on the stage, just as it is shown, and keep what it says. */
export function runLine(line: string, stage: RunStage, cwd = stage.folder): Promise<ChildResult> {
  return runOn(stage, 'sh', ['-c', line], cwd);
}

/**
 * Run a program on the stage that has to succeed.
 * @throws {IoError} with the end of what it said, when it fails
 */
export async function runTool(
  program: string,
  args: readonly string[],
  stage: Stage,
): Promise<void> {
  const { status, stdout, stderr } = await runOn(stage, program, args, stage.folder);
  if (status === 0) return;
  const said = Buffer.concat([stdout, stderr]).toString().trim().split('\n').slice(-5).join('\n');
  throw new IoError(`${path.basename(program)} ${args.join(' ')} failed:\n${said}`);
}

function runOn(stage: RunStage, program: string, args: readonly string[], cwd: string) {
  const { env, signal } = stage;
  return runChild(program, args, {
    cwd,
    env,
    signal,
    stdout: 'pipe',
    stderr: 'pipe',
    ownGroup: true,
  });
}
