import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What this machine has for jobs: its control group's share where it runs in one. */
export interface Machine {
  readonly cpuCount: number;
  readonly memoryBytes: number;
  /** Averages over 1, 5 and 15 minutes of the processes that run or want to. */
  loadAverages(): readonly number[];
  /** What jobs could have without anything being swapped out. */
  freeMemoryBytes(): number;
}

/**
 * Look at this machine. The limits of a container (cgroup v2: `cpu.max`, `memory.max`) count, its own
 * and those of every group around it: the smallest is what it has.
 * @param root - where `/proc` and `/sys` are, for tests
 */
export function readMachine(root = '/'): Machine {
  const groups = listGroups(root);
  const quotas = groups.map((group) => readQuota(group)).filter((quota) => quota > 0);
  const limited = groups.filter((group) => readLimit(group) < os.totalmem());
  return {
    cpuCount: Math.max(1, Math.ceil(Math.min(os.availableParallelism(), ...quotas))),
    memoryBytes: Math.min(os.totalmem(), ...limited.map(readLimit)),
    loadAverages: () => os.loadavg(),
    freeMemoryBytes: () => Math.min(readAvailable(root), ...limited.map(readFree)),
  };
}

/** The folders of this process's group and of those around it. */
function listGroups(root: string): string[] {
  const line = /^0::(\/.*)$/m.exec(readText(path.join(root, 'proc/self/cgroup')));
  const parts = (line?.[1] ?? '/').split('/').filter(Boolean);
  const top = path.join(root, 'sys/fs/cgroup');
  return [...parts.keys(), parts.length].map((depth) => path.join(top, ...parts.slice(0, depth)));
}

/** `cpu.max`: `max 100000`, or the microseconds of all processors together in each 100000. */
function readQuota(group: string): number {
  const [quota, period] = readText(path.join(group, 'cpu.max')).split(' ').map(Number);
  return quota !== undefined && period !== undefined && quota > 0 ? quota / period : 0;
}

/** `memory.max`: bytes, or `max`. */
function readLimit(group: string): number {
  const bytes = Number.parseInt(readText(path.join(group, 'memory.max')), 10);
  return bytes > 0 ? bytes : Infinity;
}

/** Cached files that nobody has used lately go when memory is wanted: they are free. */
function readFree(group: string): number {
  const used = Number(readText(path.join(group, 'memory.current')));
  const cached = /^inactive_file (\d+)$/m.exec(readText(path.join(group, 'memory.stat')))?.[1];
  return Math.max(0, readLimit(group) - used + Number(cached ?? 0));
}

function readAvailable(root: string): number {
  const kib = /^MemAvailable: +(\d+) kB$/m.exec(readText(path.join(root, 'proc/meminfo')))?.[1];
  return kib === undefined ? os.freemem() : Number(kib) * 1024;
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux, or no limit of this kind
  }
}
