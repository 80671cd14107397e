import fs from 'node:fs';

/** Linux tells times in hundredths of a second on every machine it runs on (`getconf CLK_TCK`). */
const TICK_MS = 10;
/** proc(5): fields count from 1, and the name, which may hold blanks, is the second. */
const FIELDS = { parent: 4, userTime: 14, childrenSystemTime: 17 } as const;

/** A process and all below it that live. */
export function listTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number(statOf(pid)[FIELDS.parent - 3] ?? 0);
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Processor time of a tree of processes and of all that it has waited for, in milliseconds. */
export function cpuMsOf(root: number): number {
  const times = listTree(root).flatMap((pid) =>
    statOf(pid).slice(FIELDS.userTime - 3, FIELDS.childrenSystemTime - 2),
  );
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

/** Resident memory of one process, in bytes. */
export function residentBytesOf(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Open descriptors of one process. */
export function descriptorCountOf(pid: number): number {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

/** All that is below a folder; what goes while we look makes us look again. */
export function listFiles(folder: string): string[] {
  for (;;) {
    try {
      return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

/** The fields of `/proc/PID/stat` from the third on; none when it is gone. */
function statOf(pid: number): string[] {
  if (!Number.isInteger(pid)) return [];
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
