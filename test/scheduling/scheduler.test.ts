import { mock } from 'node:test';
import test from 'ava';
import fc from 'fast-check';
import { parseHostSpec } from '../../src/hosts/index.ts';
import { parseWish } from '../../src/scheduling/parse-wish.ts';
import { makeWorld, settle } from './world.ts';
import type { TestJob } from './world.ts';

const host = { for: 'host' } as const;
const here = { for: 'here', why: 'linking' } as const;
const begin = { for: 'begin' } as const;

/** The kinds of what a job was granted. */
const kinds = (job: TestJob): string[] => job.grants.map(({ grant }) => grant);

/** Where a job was sent last. */
function addressOf(job: TestJob): string | undefined {
  const last = job.grants.at(-1);
  return last?.grant === 'host' ? last.address : undefined;
}

test('Scheduler serves waiters in their order, each as soon as a slot is free', async (t) => {
  const { scheduler, open } = await makeWorld(t);
  const jobs = [1, 2, 3].map(() => open('10.0.0.1/1'));
  for (const job of jobs) scheduler.ask(job, host);
  t.deepEqual(jobs.map(kinds), [['host'], [], []]);
  scheduler.end(jobs[0] ?? open(''), '10.0.0.1', 3632, 'done');
  t.deepEqual(jobs.map(kinds), [['host'], ['host'], []]);
  scheduler.remove(jobs[1] ?? open(''));
  t.deepEqual(jobs.map(kinds), [['host'], ['host'], ['host']]);
});

test('Scheduler lets a later waiter pass when the first cannot use what is free', async (t) => {
  const { scheduler, open } = await makeWorld(t);
  const [holder, first, second] = [open('10.0.0.1/1'), open('10.0.0.1/1'), open('10.0.0.2/1')];
  for (const job of [holder, first, second]) scheduler.ask(job, host);
  t.deepEqual(kinds(first), []);
  t.is(addressOf(second), '10.0.0.2');
});

test('Scheduler gives preprocessors and work for this machine the slots that the list says', async (t) => {
  const { scheduler, open } = await makeWorld(t);
  const list = '10.0.0.1 --localslots=2 --localslots_cpp=3';
  const jobs = Array.from({ length: 8 }, () => open(list));
  for (const [index, job] of jobs.entries()) scheduler.ask(job, index < 4 ? here : begin);
  t.deepEqual(jobs.map(kinds).flat().sort(), [
    'here',
    'here',
    ...Array<string>(3).fill('preprocess'),
  ]);
  const preprocessing = jobs.find((job) => kinds(job)[0] === 'preprocess');
  if (preprocessing !== undefined) scheduler.ask(preprocessing, host);
  t.is(jobs.filter((job) => kinds(job)[0] === 'preprocess').length, 4, 'its slot went on');
});

test('Scheduler lets a job of a list with localhost stay, without a preprocessor', async (t) => {
  const { scheduler, open } = await makeWorld(t);
  const jobs = [1, 2, 3].map(() => open('localhost/2'));
  for (const job of jobs) scheduler.ask(job, begin);
  t.deepEqual(jobs.map(kinds), [['here'], ['here'], ['preprocess']]);
});

test('Scheduler never sends a job twice to one host, and says when none is left', async (t) => {
  const { scheduler, open } = await makeWorld(t);
  const job = open('10.0.0.1 10.0.0.2');
  const seen = [];
  for (let turn = 0; turn < 3; turn += 1) {
    scheduler.ask(job, host);
    const address = addressOf(job) ?? 'none';
    seen.push(address);
    scheduler.end(job, address, 3632, 'failed');
  }
  t.deepEqual(seen.sort(), ['10.0.0.1', '10.0.0.2', 'none']);
  t.deepEqual(job.grants.at(-1), { grant: 'none', why: '' });
});

for (const [list, why] of [
  ['', /no hosts in \$DISTCC_HOSTS/],
  ['10.0.0.1,down', /no host of the list is good/],
] as const) {
  test(`Scheduler gives no host of the list "${list}", and says why`, async (t) => {
    const { scheduler, open } = await makeWorld(t);
    const job = open(list);
    scheduler.ask(job, begin);
    const [grant] = job.grants;
    t.regex(grant?.grant === 'none' ? grant.why : '', why);
  });
}

test('Scheduler asks for a name once, and waits for the answer', async (t) => {
  const { scheduler, open, asked } = await makeWorld(t, { names: { red: ['10.0.0.1'] } });
  const jobs = [open('red'), open('red/9')];
  for (const job of jobs) scheduler.ask(job, host);
  t.deepEqual(jobs.map(kinds), [[], []]);
  await settle();
  t.deepEqual(jobs.map(addressOf), ['10.0.0.1', '10.0.0.1']);
  t.deepEqual(asked, ['name red']);
});

test('Scheduler asks for a name again after a minute, and uses the old answer meanwhile', async (t) => {
  const { scheduler, open, asked, clock } = await makeWorld(t, { names: { red: ['10.0.0.1'] } });
  scheduler.ask(open('red'), host);
  await settle();
  clock.now += 61_000;
  const late = open('red');
  scheduler.ask(late, host);
  t.is(addressOf(late), '10.0.0.1');
  t.is(asked.length, 2);
});

test('Scheduler takes the next address of a name when the first is left alone', async (t) => {
  const { scheduler, open, blacklist } = await makeWorld(t, {
    names: { red: ['10.0.0.1', '10.0.0.2'] },
  });
  blacklist.recordFailure('10.0.0.1', 3632, 'refused');
  const job = open('red');
  scheduler.ask(job, host);
  await settle();
  t.is(addressOf(job), '10.0.0.2');
});

test('Scheduler lets a probe decide whether a host is good again, and waits for it', async (t) => {
  const faults = { '10.0.0.2': { reason: 'refused', isSilence: false } };
  const { scheduler, open, blacklist, clock, asked } = await makeWorld(t, { faults });
  for (const address of ['10.0.0.1', '10.0.0.2']) blacklist.recordFailure(address, 3632, 'x');
  const early = open('10.0.0.1 10.0.0.2');
  scheduler.ask(early, host);
  t.deepEqual(kinds(early), ['none']);
  clock.now += 61_000;
  const job = open('10.0.0.1 10.0.0.2');
  scheduler.ask(job, host);
  t.deepEqual(kinds(job), []);
  await settle();
  t.is(addressOf(job), '10.0.0.1');
  t.deepEqual(asked, ['probe 10.0.0.1', 'probe 10.0.0.2']);
  t.is(blacklist.find('10.0.0.2', 3632)?.failures, 2);
});

test('Scheduler finds hosts for words like +zeroconf in the background, and again while jobs come', async (t) => {
  const [red] = [parseHostSpec('red/1')];
  const found = red.kind === 'tcp' ? [{ ...red, host: '10.0.0.9' }] : [];
  const { scheduler, open, clock, asked } = await makeWorld(t, { found });
  const first = open('+zeroconf');
  scheduler.ask(first, host);
  t.deepEqual(kinds(first), []);
  await settle();
  t.like(first.grants[0], { grant: 'host', text: 'red/1', address: '10.0.0.9' });
  scheduler.end(first, '10.0.0.9', 3632, 'done');
  scheduler.ask(open('+zeroconf'), host);
  t.deepEqual(asked, ['find']);
  clock.now += 11_000;
  scheduler.ask(open('+zeroconf'), host);
  await settle();
  t.deepEqual(asked, ['find', 'find']);
});

/** How long a build of equal jobs takes, by the scheduler's choices, on hosts that take so long a job. */
async function simulate(
  t: Parameters<typeof makeWorld>[0],
  msOf: Readonly<Record<string, number>>,
  { jobs, atOnce }: { readonly jobs: number; readonly atOnce: number },
): Promise<number> {
  const { scheduler, open, clock } = await makeWorld(t);
  const list = Object.keys(msOf).map((address) => `${address}/2`);
  const running = new Map<TestJob, number>();
  let left = jobs;
  const waiting = new Set<TestJob>();
  for (;;) {
    while (left > 0 && running.size + waiting.size < atOnce) {
      const job = open(list.join(' '));
      waiting.add(job);
      left -= 1;
      scheduler.ask(job, host);
    }
    for (const job of waiting) {
      const address = addressOf(job);
      if (address === undefined) continue;
      waiting.delete(job);
      running.set(job, clock.now + (msOf[address] ?? 0));
    }
    if (running.size === 0) break;
    const [next, endsAt] = [...running].reduce((a, b) => (a[1] <= b[1] ? a : b));
    clock.now = endsAt;
    running.delete(next);
    scheduler.end(next, addressOf(next) ?? '', 3632, 'done');
    scheduler.remove(next);
  }
  t.is(waiting.size, 0);
  return clock.now;
}

for (const atOnce of [4, 8, 16, 64]) {
  test(`Scheduler is not slower for a host four times slower than the others, with -j${atOnce}`, async (t) => {
    const build = { jobs: 100, atOnce };
    const quick = { '10.0.0.1': 100, '10.0.0.2': 100, '10.0.0.3': 110 };
    const without = await simulate(t, quick, build);
    const with4 = await simulate(t, { ...quick, '10.0.0.4': 420 }, build);
    // A job that nobody knows the host for yet may go there: one job's time, once.
    t.true(with4 <= without + 420 - 100, `${with4} ms with, ${without} ms without`);
    t.true((await simulate(t, { ...quick, '10.0.0.4': 100 }, build)) <= without);
  });
}

const MIXED = '10.0.0.1/2 10.0.0.2/1 localhost/1 --localslots=1 --localslots_cpp=2';

interface Step {
  readonly what: 'begin' | 'here' | 'host' | 'done' | 'failed' | 'lost' | 'leave';
  readonly who: number;
}

/** What a client may say at this moment; the rest it does not say. */
function act(
  { scheduler }: Awaited<ReturnType<typeof makeWorld>>,
  job: TestJob,
  what: Step['what'],
) {
  const held = job.held.find(({ kind }) => kind !== 'preprocessor');
  const isBusy = held !== undefined || job.wait !== undefined;
  if (what === 'leave') scheduler.remove(job);
  else if (what === 'begin' || what === 'here' || what === 'host') {
    if (!isBusy) scheduler.ask(job, { begin, here, host }[what]);
  } else if (held !== undefined) {
    scheduler.end(job, held.machine.address, held.machine.port, what);
  }
}

function isWithinLimits(jobs: readonly TestJob[]): boolean {
  const held = jobs.flatMap((each) => each.held);
  const countAt = (address: string): number =>
    held.filter(({ machine }) => machine.address === address).length;
  const slots = new Map(held.map((each) => [each.machine, new Set<number>()]));
  for (const { machine, slot } of held) slots.get(machine)?.add(slot);
  const distinct = [...slots.values()].reduce((sum, { size }) => sum + size, 0);
  const preprocessors = held.filter(({ kind }) => kind === 'preprocessor').length;
  const isWithin = countAt('10.0.0.1') <= 2 && countAt('10.0.0.2') <= 1 && preprocessors <= 2;
  return isWithin && distinct === held.length;
}

for (const ending of ['lost', 'failed', 'leave'] as const) {
  test.serial(
    `Scheduler uses a host again that was silent, once its job has ended (${ending})`,
    async (t) => {
      const faults = { '10.0.0.1': { reason: 'nothing came', isSilence: true } };
      const world = await makeWorld(t, { faults });
      const { scheduler, open, blacklist, asked } = world;
      mock.timers.enable({ apis: ['setTimeout'] });
      t.teardown(() => {
        mock.timers.reset();
      });
      const stuck = open('10.0.0.1/1');
      scheduler.ask(stuck, host);
      mock.timers.tick(6000);
      await settle();
      t.deepEqual(asked, ['probe 10.0.0.1']);
      t.true(stuck.held[0]?.machine.isSuspect);
      if (ending === 'leave') scheduler.remove(stuck);
      else scheduler.end(stuck, '10.0.0.1', 3632, ending);
      t.is(blacklist.find('10.0.0.1', 3632) !== undefined, ending === 'lost');
      blacklist.forgiveAll(); // its time is over
      world.clock.now += 1000;
      const list = '10.0.0.1/1 10.0.0.2/1';
      const jobs = [open(list), open(list)];
      for (const job of jobs) scheduler.ask(job, host);
      t.deepEqual(jobs.map(addressOf).sort(), ['10.0.0.1', '10.0.0.2']);
    },
  );
}

test('Scheduler loses no slot and gives none twice, whatever clients do', async (t) => {
  const world = await makeWorld(t);
  const step = fc.record<Step>({
    what: fc.constantFrom('begin', 'here', 'host', 'done', 'failed', 'lost', 'leave'),
    who: fc.nat({ max: 5 }),
  });
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const jobs = Array.from({ length: 6 }, () => world.open(MIXED));
    for (const { what, who } of steps) {
      const job = jobs[who] ?? world.open(MIXED);
      act(world, job, what);
      if (what === 'leave') jobs[who] = world.open(MIXED);
      if (!isWithinLimits(jobs)) return false;
    }
    for (const job of jobs) world.scheduler.remove(job);
    const last = world.open('10.0.0.1/1');
    world.scheduler.ask(last, host);
    const isFree = addressOf(last) === '10.0.0.1';
    world.scheduler.remove(last);
    return isFree && world.scheduler.isIdle;
  });
  t.notThrows(() => {
    fc.assert(property);
  });
});

test('Scheduler counts audits apart from jobs, and whose objects were wrong', async (t) => {
  const { scheduler, open } = await makeWorld(t);
  const differing = [{ address: '10.0.0.1', port: 3632 }];
  for (const found of [{ differing: [] }, { differing }, {}]) {
    const job = open('10.0.0.1 10.0.0.2');
    scheduler.ask(job, host);
    scheduler.end(job, addressOf(job) ?? '', 3632, 'done');
    job.isAudit = true;
    scheduler.ask(job, host);
    scheduler.end(job, addressOf(job) ?? '', 3632, 'done');
    scheduler.ask(job, here);
    scheduler.end(job, '', 0, 'rejected');
    scheduler.endAudit(job, { wish: 'audited', ...found });
    scheduler.remove(job);
  }
  const { remote, local, audited, differences, hosts } = scheduler.stats();
  t.deepEqual(
    { remote, local, audited, differences },
    { remote: 3, local: 0, audited: 3, differences: 2 },
  );
  t.deepEqual(hosts.map((each) => [each.address, each.jobs, each.differences]).sort(), [
    ['10.0.0.1:3632', 3, 1],
    ['10.0.0.2:3632', 3, 0],
  ]);
});

test('parseWish() takes what an audit found, and nothing else in its place', (t) => {
  const differing = [{ address: '10.0.0.1', port: 3632 }];
  t.deepEqual(parseWish({ wish: 'audit' }), { wish: 'audit' });
  t.deepEqual(parseWish({ wish: 'audited' }), { wish: 'audited' });
  t.deepEqual(parseWish({ wish: 'audited', differing }), { wish: 'audited', differing });
  for (const wrong of ['x', [1], [null], [{ address: 1, port: 1 }], [{ address: 'x' }], {}]) {
    t.is(parseWish({ wish: 'audited', differing: wrong }), undefined);
  }
});
