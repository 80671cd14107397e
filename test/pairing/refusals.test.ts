import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import type { RunningDaemon } from '../helpers/start-daemon.ts';

/** What keeps a daemon from serving a job of {@link startFarm}. */
type Obstacle = 'no compiler' | 'no memory';

interface Farm {
  readonly first: RunningDaemon;
  readonly second: RunningDaemon;
  /** Compile by the original's client, whose list has the first in front of the second. */
  readonly compile: (env?: Readonly<Record<string, string>>) => Promise<Run>;
  readonly readObject: () => Promise<Buffer>;
}

/** Two of our daemons, the first of which does not serve now; no machine has a TiB of memory free. */
async function startFarm(t: ExecutionContext, obstacle: Obstacle): Promise<Farm> {
  const folder = await makeFolder(t);
  const compiler = path.join(folder, 'gcc-of-ours');
  await writeFile(compiler, '#!/bin/sh\nexec gcc "$@"\n');
  await chmod(compiler, 0o755);
  await writeFile(path.join(folder, 'a.c'), 'int a(void) { return 42; }\n');
  const allowed = ['--allow-compiler', compiler];
  const args = obstacle === 'no compiler' ? [] : [...allowed, '--min-memory', '1048576'];
  const first = await startOurDistccd(t, { args });
  const second = await startOurDistccd(t, { args: allowed });
  const hosts = {
    DISTCC_HOSTS: `127.0.0.1:${first.port} 127.0.0.1:${second.port}`,
    DISTCC_DIR: folder, // what the client knows of hosts that failed outlives the job
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
  };
  return {
    first,
    second,
    compile: (env = {}) =>
      run(t, ['/usr/bin/distcc', 'gcc-of-ours', '-c', 'a.c', '-o', 'a.o'], {
        cwd: folder,
        env: { ...hosts, ...env },
      }),
    readObject: () => readFile(path.join(folder, 'a.o')),
  };
}

for (const { obstacle, code, reason } of [
  {
    obstacle: 'no compiler',
    code: 110,
    reason: /^distccd: the compiler "gcc-of-ours" is not allowed here, these are: .+$/m,
  },
  {
    obstacle: 'no memory',
    code: 114,
    reason: /^distccd: Too busy: \d+ MiB of memory are free, 1048576 wanted$/m,
  },
] as const) {
  test(`the original’s client compiles itself what our distccd, which has ${obstacle}, does not, then goes elsewhere`, async (t) => {
    const { first, second, compile, readObject } = await startFarm(t, obstacle);
    const own = await compile();
    t.is(own.code, 0, own.stderr);
    t.is((await readObject()).toString('latin1', 1, 4), 'ELF');
    t.regex(await first.readLog(), new RegExp(`a\\.c: exit code ${code}, `));
    t.notRegex(await second.readLog(), /a\.c/);
    const next = await compile({ DISTCC_FALLBACK: '0' });
    t.is(next.code, 0, next.stderr);
    t.regex(await second.readLog(), /a\.c: exit code 0, /, 'the first is left alone for a minute');
    t.is((await first.readLog()).match(/a\.c: exit code/g)?.length, 1);
  });

  test(`the original’s client without fallback shows why our distccd, which has ${obstacle}, does not compile`, async (t) => {
    const { compile } = await startFarm(t, obstacle);
    const result = await compile({ DISTCC_FALLBACK: '0' });
    t.is(result.code, code, result.stderr);
    t.regex(result.stderr, reason);
  });
}
