import test from 'ava';
import type { Connection } from '../../src/net/index.ts';
import { DoneConnections } from '../../src/vetting/done-connections.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/** Connections that count how many of them were paused and closed. */
function makeConnections() {
  const closed: number[] = [];
  const paused: number[] = [];
  const make = (index: number): Connection =>
    ({
      destroy: () => closed.push(index),
      pause: () => paused.push(index),
    }) as unknown as Connection;
  return { closed, paused, make };
}

test('DoneConnections closes all when there are as many as it may keep, and begins anew', (t) => {
  const { closed, paused, make } = makeConnections();
  const done = new DoneConnections(3);
  for (const index of [1, 2]) done.add(make(index));
  t.deepEqual(closed, []);
  t.deepEqual(paused, [1, 2], 'nothing more is read');
  for (const index of [3, 4]) done.add(make(index));
  t.deepEqual(closed, [1, 2, 3]);
  done.close();
  t.deepEqual(closed, [1, 2, 3, 4]);
  done.close();
  t.is(closed.length, 4);
});

test('DoneConnections keeps none for long', async (t) => {
  const { closed, make } = makeConnections();
  const done = new DoneConnections(3);
  done.add(make(1));
  await waitUntil('it is closed', () => closed.length === 1);
  t.deepEqual(closed, [1]);
});
