import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { raceHosts } from '../../src/client/race-hosts.ts';
import type { Place, Slots } from '../../src/client/slots.ts';
import { parseHostSpec } from '../../src/hosts/index.ts';

function place(text: string): Place {
  const host = parseHostSpec(text);
  if (host.kind !== 'tcp') throw new TypeError(text);
  return { host, address: host.host, port: host.port };
}

type Plan = Readonly<Record<string, { readonly afterMs: number; readonly says: string }>>;

/** Sends that take their time, and stop when they are told to. */
function makeSend(plan: Plan) {
  const stopped: string[] = [];
  const send = async ({ host }: Place, signal: AbortSignal): Promise<string> => {
    const { afterMs, says } = plan[host.text] ?? { afterMs: 0, says: 'nobody' };
    try {
      await sleep(afterMs, undefined, { signal });
      return says;
    } catch {
      stopped.push(host.text);
      return 'stopped';
    }
  };
  return { send, stopped };
}

const isAnswer = (reply: string): boolean => reply.startsWith('good');

test('raceHosts() with one host gives what it says', async (t) => {
  const slots: Pick<Slots, 'onSecond'> = { onSecond: undefined };
  const { send } = makeSend({ '1.1.1.1': { afterMs: 1, says: 'bad' } });
  t.deepEqual(await raceHosts(place('1.1.1.1'), slots, { send, isAnswer }), ['bad']);
  t.is(slots.onSecond, undefined);
});

test('raceHosts() takes the second host’s answer and stops the first', async (t) => {
  const slots: Pick<Slots, 'onSecond'> = { onSecond: undefined };
  const { send, stopped } = makeSend({
    '1.1.1.1': { afterMs: 60_000, says: 'good, late' },
    '2.2.2.2': { afterMs: 5, says: 'good' },
  });
  const race = raceHosts(place('1.1.1.1'), slots, { send, isAnswer });
  slots.onSecond?.(place('2.2.2.2'));
  t.deepEqual(await race, ['good', 'stopped']);
  t.deepEqual(stopped, ['1.1.1.1']);
});

test('raceHosts() waits for the second host when the first one fails', async (t) => {
  const slots: Pick<Slots, 'onSecond'> = { onSecond: undefined };
  const { send } = makeSend({
    '1.1.1.1': { afterMs: 5, says: 'bad' },
    '2.2.2.2': { afterMs: 60, says: 'good' },
  });
  const race = raceHosts(place('1.1.1.1'), slots, { send, isAnswer });
  slots.onSecond?.(place('2.2.2.2'));
  t.deepEqual(await race, ['bad', 'good']);
});

test('raceHosts() throws what a send throws, and stops the other', async (t) => {
  const slots: Pick<Slots, 'onSecond'> = { onSecond: undefined };
  const { send, stopped } = makeSend({ '2.2.2.2': { afterMs: 60_000, says: 'good' } });
  const race = raceHosts(place('1.1.1.1'), slots, {
    send: (each, signal) =>
      each.address === '1.1.1.1' ? Promise.reject(new Error('Stopped')) : send(each, signal),
    isAnswer,
  });
  slots.onSecond?.(place('2.2.2.2'));
  await t.throwsAsync(race, { message: 'Stopped' });
  t.deepEqual(stopped, ['2.2.2.2']);
});
