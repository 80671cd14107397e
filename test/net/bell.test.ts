import test from 'ava';
import { Bell } from '../../src/net/bell.ts';

test('Bell wakes once for all that happens in one go, and again for what happens later', async (t) => {
  const bell = new Bell();
  let wakeCount = 0;
  const listen = async (): Promise<void> => {
    await bell.heard();
    wakeCount += 1;
  };
  const first = listen();
  bell.ring();
  bell.ring();
  t.is(wakeCount, 0);
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  t.is(wakeCount, 1);
  const second = listen();
  bell.ring();
  await second;
  t.is(wakeCount, 2);
});
