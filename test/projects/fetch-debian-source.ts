import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** The release whose versions the projects name. */
const RELEASE = 'bookworm';
/** What Debian signs its releases with; apt itself depends on its package. */
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Fetch a source package into a folder, from where this machine has its packages; its lists of packages
 * stay as they are.
 * @throws {Error} when there is no apt, no mirror, or no such package
 */
export async function fetchDebianSource(folder: string, source: string): Promise<void> {
  const own = path.join(folder, 'apt');
  await Promise.all(
    ['lists/partial', 'cache/archives/partial'].map((name) =>
      mkdir(path.join(own, name), { recursive: true }),
    ),
  );
  const mirrors = await listMirrors();
  const lines = mirrors.map((mirror) => `deb-src [signed-by=${KEYS}] ${mirror} ${RELEASE} main\n`);
  await writeFile(path.join(own, 'sources.list'), lines.join(''));
  const settings = [
    `Dir::Etc::sourcelist=${own}/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${own}/lists`,
    `Dir::Cache=${own}/cache`,
    'APT::Sandbox::User=root', // whose folder it is may be nobody's business but ours
  ].flatMap((setting) => ['-o', setting]);
  const apt = (...words: string[]) =>
    runFile('apt-get', ['-qq', ...settings, ...words], { cwd: folder });
  await apt('update').catch(() => undefined); // a mirror may be another's than Debian's: the next step tells
  await apt('source', '--download-only', source);
}

/** Where packages of Debian may come from, by what this machine is set up with. */
async function listMirrors(): Promise<string[]> {
  const words = ['indextargets', '--format', '$(REPO_URI) $(COMPONENT)', 'Created-By: Packages'];
  const { stdout } = await runFile('apt-get', words);
  const main = stdout.split('\n').filter((line) => /debian\S* main$/.test(line));
  return [...new Set(main.map((line) => line.split(' ')[0] ?? ''))];
}
