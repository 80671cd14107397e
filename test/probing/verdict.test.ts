import test from 'ava';
import { isHostFault, remedyOf, verdicts } from '../../src/probing/verdict.ts';
import type { Verdict } from '../../src/probing/verdict.ts';

const names = Object.keys(verdicts) as Verdict[];

test('verdicts are those of the design, in its order', (t) => {
  t.is(
    names.join(' '),
    'up no-such-name dns-timeout dns-failed unreachable refused connect-timeout tls-failed untrusted denied not-allowed bad-protocol no-compiler compile-failed wrong-target wrong-compiler forged too-slow stalled blacklisted off-network',
  );
});

test('remedyOf() is one line without a full stop, another for every verdict', (t) => {
  t.is(new Set(names.map(remedyOf)).size, names.length);
  for (const name of names) t.regex(remedyOf(name), /^[A-Z][^\n]{9,98}[^.\n]$/, name);
});

test('isHostFault() counts what would fail every job of ours', (t) => {
  t.deepEqual(names.filter(isHostFault), [
    'unreachable',
    'refused',
    'connect-timeout',
    'tls-failed',
    'untrusted',
    'denied',
    'bad-protocol',
    'forged',
    'stalled',
  ]);
});
