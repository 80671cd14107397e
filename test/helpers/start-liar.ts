import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from './make-folder.ts';
import { startOurDistccd } from './start-daemon.ts';
import type { DaemonSetup, RunningDaemon } from './start-daemon.ts';

/**
 * A folder for a daemon's PATH with compilers that compile other code than they are given: each 42 is a 43.
 * @param names - of the compilers, each with the one that does the work
 */
export async function makeLiars(
  t: ExecutionContext,
  names: Readonly<Record<string, string>> = { gcc: '/usr/bin/gcc' },
): Promise<string> {
  const folder = await makeFolder(t);
  for (const [name, compiler] of Object.entries(names)) {
    const lie = 'for w; do case $w in *.i) sed -i s/42/43/g "$w";; esac; done';
    const script = `#!/bin/sh\n${lie}\nexec ${compiler} "$@"\n`;
    await writeFile(path.join(folder, name), script, { mode: 0o755 });
  }
  return folder;
}

/** A real daemon with such compilers. */
export async function startLiar(
  t: ExecutionContext,
  setup: DaemonSetup = {},
): Promise<RunningDaemon> {
  const env = { ...setup.env, PATH: `${await makeLiars(t)}:${process.env['PATH'] ?? ''}` };
  return startOurDistccd(t, { ...setup, env });
}
