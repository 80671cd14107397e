import type { ExecutionContext } from 'ava';
import { Blacklist } from '../../src/blacklist/index.ts';
import type { TcpHost } from '../../src/hosts/index.ts';
import type { Fault, Grant } from '../../src/scheduling/index.ts';
import type { Job } from '../../src/scheduling/job.ts';
import { makeScheduler } from '../../src/scheduling/make-scheduler.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** A job whose grants are kept. */
export interface TestJob extends Job {
  readonly grants: Grant[];
}

/** A scheduler whose clock, names and hosts are the test's. */
export async function makeWorld(
  t: ExecutionContext,
  {
    names = {},
    faults = {},
    found = [],
  }: {
    readonly names?: Readonly<Record<string, readonly string[]>>;
    readonly faults?: Readonly<Record<string, Fault>>;
    readonly found?: readonly TcpHost[];
  } = {},
) {
  const clock = { now: 0 };
  const now = (): number => clock.now;
  const blacklist = new Blacklist({ folder: await makeFolder(t), now });
  const asked: string[] = [];
  const { scheduler, farmOf } = makeScheduler({
    ...{ blacklist, now, random: () => 0.5 },
    routes: { find: () => undefined },
    probe: ({ address }) => {
      asked.push(`probe ${address}`);
      return Promise.resolve(faults[address]);
    },
    lookUp: (name) => {
      asked.push(`name ${name}`);
      return Promise.resolve(names[name] ?? []);
    },
    findGood: async function* () {
      asked.push('find');
      yield* await Promise.resolve(found);
    },
  });
  let pid = 0;
  const open = (list: string): TestJob => {
    const grants: Grant[] = [];
    const job: TestJob = {
      ...{ pid: (pid += 1), file: 'a.c', compiler: 'gcc', farm: farmOf(list), grants },
      ...{ bytes: 80_000, phase: 'Startup', phaseSinceMs: 0, wait: undefined, isLate: false },
      ...{ held: [], tried: new Set(), isAudit: false },
      send: (grant) => void grants.push(grant),
    };
    scheduler.add(job);
    return job;
  };
  return { clock, blacklist, asked, scheduler, open };
}

/** Let promises that are settled tell their readers. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
}
