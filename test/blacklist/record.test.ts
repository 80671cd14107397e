import test from 'ava';
import fc from 'fast-check';
import {
  BACKOFF_CAP_MS,
  countFailure,
  formatRecord,
  isBlocked,
  parseRecord,
} from '../../src/blacklist/record.ts';

const failed = { address: '10.0.0.1', port: 3632, reason: 'stalled' };
const policy = { periodMs: 60_000, now: 1_000_000, random: 0.999 };

test('countFailure() makes the first failure cost the period', (t) => {
  const record = countFailure(failed, undefined, policy);
  t.is(record.failures, 1);
  t.true(isBlocked(record, policy.now + 53_000));
  t.false(isBlocked(record, policy.now + 60_000));
});

test('countFailure() doubles the time of each failure up to the cap', (t) => {
  let now = policy.now;
  let record = countFailure(failed, undefined, { ...policy, now });
  const waits = [record.until - now];
  for (let count = 0; count < 9; count += 1) {
    now = record.until;
    record = countFailure(failed, record, { ...policy, now });
    waits.push(record.until - now);
  }
  const seconds = waits.map((wait) => Math.round(wait / 60_000));
  t.deepEqual(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
});

test('countFailure() counts many failures at one time once', (t) => {
  const first = countFailure(failed, undefined, policy);
  t.is(countFailure(failed, first, { ...policy, now: policy.now + 5 }), first);
});

test('countFailure() spreads the ends by chance', (t) => {
  const early = countFailure(failed, undefined, { ...policy, random: 0 });
  const late = countFailure(failed, undefined, policy);
  t.true(early.until < late.until);
});

test('isBlocked() ignores a record from the future: the clock was set back', (t) => {
  const record = countFailure(failed, undefined, { ...policy, now: policy.now + 10_000_000 });
  t.false(isBlocked(record, policy.now));
});

test('isBlocked() ignores a record that would last longer than any can', (t) => {
  const record = { ...failed, failures: 1, failedAt: 0, until: policy.now + BACKOFF_CAP_MS + 1 };
  t.false(isBlocked(record, policy.now));
});

test('parseRecord() reads what formatRecord() wrote', (t) => {
  const record = countFailure(failed, undefined, policy);
  t.deepEqual(parseRecord(formatRecord(record)), record);
});

test('parseRecord() takes any other text for no record', (t) => {
  for (const text of ['', '{', 'null', '[]', '"x"', '{"address":"10.0.0.1"}']) {
    t.is(parseRecord(text), undefined, text);
  }
  const record = formatRecord(countFailure(failed, undefined, policy));
  for (let end = 0; end < record.length - 2; end += 1) {
    t.is(parseRecord(record.slice(0, end)), undefined, `cut at ${end}`);
  }
  fc.assert(
    fc.property(fc.json(), (text) => {
      const parsed = parseRecord(text);
      return parsed === undefined || Number.isSafeInteger(parsed.until);
    }),
  );
});
