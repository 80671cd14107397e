import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { IoError } from '../../src/errors/index.ts';
import type { Project } from './projects.ts';
import type { Screen } from './screen.ts';
import { ROOT, runTool } from './stage.ts';
import type { Stage } from './stage.ts';

/** Archives are kept here: fetched once, never part of the repository. */
const CACHE = path.join(ROOT, 'build/inputs');

/** What fetching and unpacking happens with. */
export interface SourceContext {
  readonly stage: Stage;
  readonly screen: Screen;
}

/**
 * Unpack a project's sources with our Makefile and program beside them; fetch them the first time.
 * @returns the folder to call make in
 * @throws {IoError} when the registry cannot be reached, or sends something else
 */
export async function unpackSource(project: Project, context: SourceContext): Promise<string> {
  const { stage } = context;
  const archive = path.join(CACHE, `${project.packageName}-${project.version}.tgz`);
  if (!isIntact(archive, project)) await fetch(project, archive, context);
  const folders = project.folders.map((folder) => `package/${folder}`);
  await runTool('tar', ['-xzf', archive, ...folders], stage);
  const source = path.join(stage.folder, 'package');
  const copy = (file: string, name: string): void => {
    fs.copyFileSync(path.join(ROOT, 'examples/farm', file), path.join(source, name));
  };
  copy(project.makefile, 'Makefile');
  copy(project.program, `show${path.extname(project.program)}`);
  return source;
}

function isIntact(archive: string, { integrity }: Project): boolean {
  if (!fs.existsSync(archive)) return false;
  const digest = createHash('sha512').update(fs.readFileSync(archive)).digest('base64');
  return `sha512-${digest}` === integrity;
}

/** By npm, as a plain file: none of the package's own scripts runs. */
async function fetch(project: Project, archive: string, context: SourceContext): Promise<void> {
  const { stage, screen } = context;
  const spec = `${project.packageName}@${project.version}`;
  screen.status(`Fetching ${spec} from the npm registry …`);
  const [npm = '', ...args] = npmCommand();
  const options = ['--ignore-scripts', '--loglevel=error', '--pack-destination', stage.folder];
  await runTool(npm, [...args, 'pack', spec, ...options], stage);
  const fetched = path.join(stage.folder, path.basename(archive));
  if (!isIntact(fetched, project)) {
    throw new IoError(`Cannot use ${spec}: its archive is not the one with ${project.integrity}`);
  }
  fs.mkdirSync(CACHE, { recursive: true });
  const bytes = fs.readFileSync(fetched);
  fs.writeFileSync(`${archive}.${process.pid}`, bytes);
  fs.renameSync(`${archive}.${process.pid}`, archive); // whole or not at all, whoever else does the same
  screen.line(`Fetched ${spec} from the npm registry (${(bytes.length / 1e6).toFixed(1)} MB)`);
}

/** The very npm that started us, where there is one. */
function npmCommand(): string[] {
  const running = process.env['npm_execpath'] ?? '';
  return running.endsWith('npm-cli.js') ? [process.execPath, running] : ['npm'];
}
