import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { run } from '../helpers/run.ts';
import { sources } from './sources.ts';

/** What a command line printed and left. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** By name, those that were there before left out: a link's target, or a digest of the bytes. */
  readonly files: Readonly<Record<string, string>>;
}

/** How a command line is tried. */
export interface Trial {
  /** The folder that holds the project: debug information names it, so it is always the same. */
  readonly folder: string;
  /** For sh, with `$CC`. */
  readonly script: string;
  /** What `$CC` stands for. */
  readonly compiler: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Run a command line in a fresh project. */
export async function tryCommand(t: ExecutionContext, trial: Trial): Promise<Ending> {
  const project = path.join(trial.folder, 'project');
  await rm(project, { recursive: true, force: true });
  await writeProject(project, trial.script);
  const script = trial.script.replaceAll('$CC', trial.compiler);
  const { code, stdout, stderr } = await run(t, ['/bin/sh', '-c', script], {
    cwd: project,
    env: { GCC_COLORS: undefined, ...trial.env },
    stdin: 'int from_input;\n',
  });
  return { code, stdout: plain(stdout), stderr: plain(stderr), files: await readFiles(project) };
}

/** Only what the script may read: writing all of it would take longer than compiling. */
async function writeProject(project: string, script: string): Promise<void> {
  for (const folder of ['deps', 'sub', 'far']) {
    await mkdir(path.join(project, folder), { recursive: true });
  }
  for (const [name, text] of Object.entries(sources)) {
    const isWanted = /\.h$|^a\.c$/.test(name) || script.includes(path.basename(name));
    if (isWanted) await writeFile(path.join(project, name), text);
  }
}

/** Names of temporary files differ from run to run. */
function plain(text: string): string {
  return text
    .replaceAll(/\/lsdistcc-test-\w{6}\/tmp\b/g, '/TMP')
    .replaceAll(/\/[\w.+-]*-[0-9a-f]{6}(?=\.[a-z])/g, '/XXXXXX')
    .replaceAll(/\/cc\w{6}(?=\.)/g, '/ccXXXXXX');
}

async function readFiles(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (entry.isSymbolicLink()) files[name] = `-> ${await readlink(file)}`;
    if (!entry.isFile()) continue;
    const bytes = await readFile(file);
    if (bytes.toString() !== sources[name]) files[name] = digestOf(bytes);
  }
  return files;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
