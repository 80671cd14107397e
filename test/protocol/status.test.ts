import test from 'ava';
import { describeStatus, exitCodeOf, exitStatus, signalStatus } from '../../src/protocol/index.ts';

for (const [status, code, words] of [
  [exitStatus(0), 0, 'exit code 0'],
  [0x0000_0100, 1, 'exit code 1'],
  [0x0000_ff00, 255, 'exit code 255'],
  [0x0000_6e00, 110, 'exit code 110'],
  [0x0000_000b, 139, 'signal SIGSEGV'],
  [0x0000_0086, 134, 'signal SIGABRT, core dumped'],
  [0x0000_0040, 192, 'signal 64'],
] as const) {
  test(`exitCodeOf() gives ${code} for the wait status ${status.toString(16)}`, (t) => {
    t.is(exitCodeOf(status), code);
  });
  test(`describeStatus() says "${words}" for the wait status ${status.toString(16)}`, (t) => {
    t.is(describeStatus(status), words);
  });
}

test('exitStatus() is the inverse of exitCodeOf() for every code', (t) => {
  for (let code = 0; code <= 255; code += 1) t.is(exitCodeOf(exitStatus(code)), code);
});

test('signalStatus() gives the number itself', (t) => {
  t.is(signalStatus(9), 9);
});

for (const code of [-1, 256, 0.5]) {
  test(`exitStatus() refuses ${code}`, (t) => {
    t.throws(() => exitStatus(code), {
      instanceOf: RangeError,
      message: `Cannot make a wait status of exit code ${code}: 0 to 255 wanted`,
    });
  });
}

for (const signal of [0, 127, 1.5]) {
  test(`signalStatus() refuses ${signal}`, (t) => {
    t.throws(() => signalStatus(signal), { instanceOf: RangeError });
  });
}
