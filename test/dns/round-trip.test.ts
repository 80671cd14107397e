import test from 'ava';
import fc from 'fast-check';
import { RoundTrip } from '../../src/dns/round-trip.ts';

const options = { firstResendMs: 100, floorMs: 20 };

test('resendMs() is the first guess until something is measured, and grows modestly', (t) => {
  const roundTrip = new RoundTrip(options);
  t.is(roundTrip.resendMs(1), 100);
  t.is(roundTrip.resendMs(2), 130);
  t.true(roundTrip.resendMs(3) > 130);
});

test('resendMs() falls to the floor on a quick network', (t) => {
  const roundTrip = new RoundTrip(options);
  for (let count = 0; count < 20; count++) roundTrip.observe(0.5);
  t.is(roundTrip.resendMs(1), 20);
});

test('resendMs() follows a slow network and forgets it again', (t) => {
  const roundTrip = new RoundTrip(options);
  for (let count = 0; count < 30; count++) roundTrip.observe(200);
  t.is(roundTrip.resendMs(1), 250);
  for (let count = 0; count < 60; count++) roundTrip.observe(5);
  t.true(roundTrip.resendMs(1) < 50);
});

test('resendMs() always lies between the floor and the most, and never falls with the tries', (t) => {
  const times = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }));
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 30 }), (elapsed, tryCount) => {
      const roundTrip = new RoundTrip(options);
      for (const elapsedMs of elapsed) roundTrip.observe(elapsedMs);
      const waitMs = roundTrip.resendMs(tryCount);
      return waitMs >= 20 && waitMs <= 250 && waitMs <= roundTrip.resendMs(tryCount + 1);
    }),
  );
  t.pass();
});
