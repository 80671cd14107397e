import { ProtocolError } from '../errors/index.ts';
import type { RequestEntry } from '../protocol/index.ts';

/** What to make in an empty folder that stands for the client's `/`. Paths begin with a slash. */
export interface MirrorPlan {
  /** Parents before what is in them. */
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

/** The include server's name for a file that only says that its folder is there (fact sheet 8.2). */
const FOLDER_MARK = '/forcing_technique_271828';

/**
 * Where a link may lead out of the tree: the folders of system headers, which pump mode takes to be
 * the same on every machine and never sends.
 */
const SYSTEM_FOLDERS = ['/usr/include', '/usr/local/include', '/usr/lib', '/usr/lib64', '/opt'];

/**
 * Decide what a request's names become on disk. No name leaves the tree, whatever the order: each is
 * absolute and plain, none stands twice, and none goes through a file or a link.
 * @param cwd - the client's folder, which is there even when no file is in it
 * @throws {ProtocolError} naming the first entry that breaks a rule
 */
export function planMirror(cwd: string, entries: readonly RequestEntry[]): MirrorPlan {
  const leaves = new Set<string>();
  for (const { name } of entries) {
    checkName(name);
    if (leaves.has(name)) throw refuse(name, 'stands twice');
    leaves.add(name);
  }
  checkName(cwd);
  const folders = new Set<string>();
  for (const path of [`${cwd === '/' ? '' : cwd}/.`, ...leaves]) {
    for (const parent of parentsOf(path)) {
      if (leaves.has(parent)) throw refuse(path, `lies below ${parent}, which is no folder`);
      folders.add(parent);
    }
  }
  for (const name of leaves) if (folders.has(name)) throw refuse(name, 'is a folder as well');
  return {
    folders: [...folders].sort(),
    files: entries.flatMap(planFile),
    links: entries.flatMap(planLink),
  };
}

function planFile(entry: RequestEntry) {
  if (entry.kind !== 'file' || entry.name.endsWith(FOLDER_MARK)) return [];
  return [{ path: entry.name, content: entry.content }];
}

function planLink(entry: RequestEntry) {
  if (entry.kind !== 'link') return [];
  return [{ path: entry.name, target: checkTarget(entry.name, entry.target) }];
}

/** Every folder above a path, the topmost first; the root itself is there. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function checkName(name: string): void {
  const parts = name.split('/').slice(1);
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (name !== '/' && !(name.startsWith('/') && isPlain)) {
    throw refuse(name, 'is no plain absolute path');
  }
}

/**
 * An absolute target is one of the client's; a relative one may climb out to system headers only.
 * `..` behind a name would climb from wherever that name, a link perhaps, leads: it is refused.
 */
function checkTarget(name: string, target: string): string {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const down = parts.findIndex((part) => part !== '..');
  const climbs = down === -1 ? parts.length : down;
  const isMixed = parts.slice(climbs).includes('..');
  if (isMixed || (target.startsWith('/') && climbs > 0)) {
    throw refuse(name, `is a link with .. behind a name: ${target}`);
  }
  const folder = name.split('/').slice(1, -1);
  const isOutside = !target.startsWith('/') && climbs > folder.length;
  const end = `/${parts.slice(climbs).join('/')}`;
  const isSystem = SYSTEM_FOLDERS.some((each) => end === each || end.startsWith(`${each}/`));
  if (isOutside && !isSystem) throw refuse(name, `is a link out of the tree, to ${end}`);
  return target;
}

function refuse(name: string, reason: string): ProtocolError {
  return new ProtocolError(`Cannot mirror "${name}": it ${reason}`);
}
