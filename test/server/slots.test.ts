import test from 'ava';
import { BusyError, Slots } from '../../src/server/slots.ts';
import type { SlotOptions } from '../../src/server/slots.ts';

const forever = new AbortController().signal;

function makeSlots(changes: Partial<SlotOptions> = {}): Slots {
  return new Slots({
    ...{ jobs: 1, maxQueue: 10, maxWaitMs: 60_000, overload: () => undefined },
    ...changes,
  });
}

/** A job that ends when it is told to. */
function makeJob() {
  let end = (): void => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { end, run: () => done };
}

test('Slots.run() lets clients take turns, whatever their number of jobs', async (t) => {
  const slots = makeSlots();
  const first = makeJob();
  const ended: string[] = [];
  const start = (client: string, name: string): Promise<unknown> =>
    slots.run(client, forever, () => Promise.resolve(ended.push(name)));
  const running = slots.run('red', forever, first.run);
  const waiting = [
    ...['red1', 'red2', 'red3'].map((name) => start('red', name)),
    ...['blue1', 'blue2'].map((name) => start('blue', name)),
    start('green', 'green1'),
  ];
  t.deepEqual([slots.running, slots.queued], [1, 6]);
  first.end();
  await Promise.all([running, ...waiting]);
  t.deepEqual(ended, ['red1', 'blue1', 'green1', 'red2', 'blue2', 'red3']);
  t.deepEqual([slots.running, slots.queued], [0, 0]);
});

test('Slots.run() refuses when its queue is full, and takes jobs again when it is not', async (t) => {
  const slots = makeSlots({ maxQueue: 1 });
  const [first, second] = [makeJob(), makeJob()];
  const running = slots.run('red', forever, first.run);
  const waiting = slots.run('red', forever, second.run);
  const error = await t.throwsAsync(slots.run('blue', forever, second.run), {
    instanceOf: BusyError,
    message: 'Too busy: 1 jobs run and 1 wait',
  });
  t.is(error.exitCode, 114);
  first.end();
  second.end();
  await Promise.all([running, waiting]);
  t.is(await slots.run('blue', forever, () => Promise.resolve('done')), 'done');
});

test('Slots.run() lets nobody wait longer than that', async (t) => {
  const slots = makeSlots({ maxWaitMs: 20 });
  const first = makeJob();
  const running = slots.run('red', forever, first.run);
  await t.throwsAsync(slots.run('red', forever, first.run), {
    instanceOf: BusyError,
    message: 'Too busy: no slot was free for 20 ms',
  });
  t.is(slots.queued, 0);
  first.end();
  await running;
});

test('Slots.run() drops a job whose client leaves the row, and runs it no more', async (t) => {
  const slots = makeSlots();
  const first = makeJob();
  const leaving = new AbortController();
  const running = slots.run('red', forever, first.run);
  const waiting = slots.run('red', leaving.signal, () => Promise.resolve(t.fail()));
  const last = slots.run('red', forever, () => Promise.resolve('last'));
  leaving.abort(new Error('gone'));
  await t.throwsAsync(waiting, { message: 'gone' });
  first.end();
  await running;
  t.is(await last, 'last');
  await t.throwsAsync(slots.run('red', leaving.signal, first.run), { message: 'gone' });
  t.is(slots.running, 0);
});

test('Slots.run() frees the slot of a job that fails', async (t) => {
  const slots = makeSlots();
  const fail = (): Promise<never> => Promise.reject(new Error('broken'));
  await t.throwsAsync(slots.run('red', forever, fail), { message: 'broken' });
  t.is(slots.running, 0);
});
