import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { readMachine } from '../../src/server/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** A machine's /proc and /sys, as far as they are read. */
async function makeRoot(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const root = await makeFolder(t);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return root;
}

const group = 'sys/fs/cgroup/kube/pod';

test('readMachine() takes the smallest share of the groups around it', async (t) => {
  const root = await makeRoot(t, {
    'proc/self/cgroup': '0::/kube/pod\n',
    [`${group}/cpu.max`]: 'max 100000\n',
    'sys/fs/cgroup/kube/cpu.max': '50000 100000\n',
    [`${group}/memory.max`]: '268435456\n',
    [`${group}/memory.current`]: '200000000\n',
    [`${group}/memory.stat`]: 'anon 1\ninactive_file 100000000\nactive_file 7\n',
    'sys/fs/cgroup/kube/memory.max': 'max\n',
    'proc/meminfo': 'MemTotal:       99999999 kB\nMemAvailable:   80000000 kB\n',
  });
  const machine = readMachine(root);
  t.is(machine.cpuCount, 1, 'half a processor is one');
  t.is(machine.memoryBytes, 268_435_456);
  t.is(machine.freeMemoryBytes(), 268_435_456 - 200_000_000 + 100_000_000);
});

test('readMachine() without a limit has what the system has', async (t) => {
  const meminfo = { 'proc/meminfo': 'MemAvailable:   1024 kB\n' };
  for (const files of [{}, { 'proc/self/cgroup': '5:cpu:/x\n0::/\n' }]) {
    const machine = readMachine(await makeRoot(t, { ...files, ...meminfo }));
    t.is(machine.cpuCount, os.availableParallelism());
    t.is(machine.memoryBytes, os.totalmem());
    t.is(machine.freeMemoryBytes(), 1024 * 1024);
  }
});

test('readMachine() reads this very machine', (t) => {
  const machine = readMachine();
  t.true(machine.freeMemoryBytes() > 0 && machine.freeMemoryBytes() <= machine.memoryBytes);
  t.is(machine.loadAverages().length, 3);
});
