import { ProtocolError } from '../errors/index.ts';
import type { RequestEntry } from '../protocol/index.ts';

/** What to make in an empty folder that stands for the client's `/`. Paths begin with a slash. */
export interface MirrorPlan {
  /** Parents before what is in them. */
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly links: readonly MirrorLink[];
}

/** A symbolic link of a {@link MirrorPlan}. */
export interface MirrorLink {
  readonly path: string;
  /** Within the tree as the client has it: from the client's `/`, or from the link's folder. */
  readonly target: string;
  /** Whether the target is an absolute path of this server instead. */
  readonly isSystem: boolean;
}

/** The include server's name for a file that only says that its folder is there (fact sheet 8.2). */
const FOLDER_MARK = '/forcing_technique_271828';

/**
 * Where a link may lead out of the tree: the folders of system headers, those of cross compilers
 * among them. Pump mode takes them to be the same on every machine and never sends what is in them.
 */
const SYSTEM_FOLDERS = ['/usr', '/opt'];

/** Chosen here: paths of 4096 bytes could be 2000 folders deep, and Node fails to remove such a tree. */
export const MAX_DEPTH = 256;

/** Chosen here: the largest source trees have some ten thousand, and each is a call to make. */
export const MAX_FOLDERS = 100_000;

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
  if (cwd !== '/') checkName(cwd);
  const folders = new Set<string>();
  addParents(cwd === '/' ? '/.' : `${cwd}/.`, leaves, folders);
  for (const name of leaves) addParents(name, leaves, folders);
  return {
    folders: [...folders],
    files: entries.flatMap(planFile),
    links: entries.flatMap(planLink),
  };
}

/** Add the folders above a path, from the lowest up to one that is known: a deep path costs once. */
function addParents(path: string, leaves: ReadonlySet<string>, folders: Set<string>): void {
  const added: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const parent = path.slice(0, end);
    if (leaves.has(parent)) throw refuse(path, `lies below ${parent}, which is no folder`);
    if (folders.has(parent)) break;
    added.push(parent);
  }
  for (const parent of added.reverse()) folders.add(parent);
  if (folders.size > MAX_FOLDERS) throw refuse(path, `is in one of over ${MAX_FOLDERS} folders`);
}

function planFile(entry: RequestEntry) {
  if (entry.kind !== 'file' || entry.name.endsWith(FOLDER_MARK)) return [];
  return [{ path: entry.name, content: entry.content }];
}

function planLink(entry: RequestEntry): MirrorLink[] {
  if (entry.kind !== 'link') return [];
  const { name, target } = entry;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const down = parts.findIndex((part) => part !== '..');
  const climbs = down === -1 ? parts.length : down;
  checkTarget(name, target, parts.slice(climbs), climbs);
  const depth = name.split('/').length - 2;
  if (target.startsWith('/') || climbs <= depth) return [{ path: name, target, isSystem: false }];
  const end = `/${parts.slice(climbs).join('/')}`;
  const isSystem = SYSTEM_FOLDERS.some((each) => `${end}/`.startsWith(`${each}/`));
  if (!isSystem) throw refuse(name, `is a link out of the tree, to ${end}`);
  return [{ path: name, target: end, isSystem }];
}

/** `..` behind a name would climb from wherever that name, a link perhaps, leads: it is refused. */
function checkTarget(name: string, target: string, rest: readonly string[], climbs: number): void {
  if (target === '') throw refuse(name, 'is a link to nothing');
  if (rest.includes('..') || (target.startsWith('/') && climbs > 0)) {
    throw refuse(name, `is a link with .. behind a name: ${target}`);
  }
}

/** Every part has a name: no `..`, no `//`, no slash at the end, and not `/` alone. */
function checkName(name: string): void {
  const [before, ...parts] = name.split('/');
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (before !== '' || parts.length === 0 || !isPlain) {
    throw refuse(name, 'is no plain absolute path');
  }
  if (parts.length > MAX_DEPTH) throw refuse(name, `is over ${MAX_DEPTH} folders deep`);
}

function refuse(name: string, reason: string): ProtocolError {
  return new ProtocolError(`Cannot mirror "${name}": it ${reason}`);
}
