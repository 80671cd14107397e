import { getEventListeners } from 'node:events';
import test from 'ava';
import { onAbort, reasonOf } from '../../src/net/on-abort.ts';

test('onAbort() calls everyone who waits, with one listener for all', (t) => {
  const controller = new AbortController();
  let callCount = 0;
  const count = (): void => {
    callCount += 1;
  };
  for (let index = 0; index < 100; index++) onAbort(controller.signal, count);
  t.is(getEventListeners(controller.signal, 'abort').length, 1);
  controller.abort();
  t.is(callCount, 100);
});

test('onAbort() does not call whoever took the callback back, even from another callback', (t) => {
  const controller = new AbortController();
  const calls: string[] = [];
  const takeBack = onAbort(controller.signal, () => calls.push('gone'));
  onAbort(controller.signal, () => calls.push('first'));
  takeBack();
  takeBack();
  controller.abort();
  t.deepEqual(calls, ['first']);
});

test('reasonOf() is an Error whatever the signal was aborted with', (t) => {
  const reason = new Error('enough');
  t.is(reasonOf(AbortSignal.abort(reason)), reason);
  t.is(reasonOf(AbortSignal.abort('enough')).message, 'enough');
});
