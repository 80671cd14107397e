import test from 'ava';
import { chooseOption } from '../../src/scheduling/choose.ts';
import { Machine } from '../../src/scheduling/pool.ts';

const BYTES = 100_000;

/** A machine that does a job of {@link BYTES} in so many milliseconds, with so many slots taken. */
function machine(name: string, ms: number | undefined, taken = 0): Machine {
  const made = new Machine(name, 3632, name);
  if (ms !== undefined) made.learn(BYTES, ms);
  for (let count = 0; count < taken; count += 1) made.take();
  return made;
}

const demand = { bytes: BYTES, waiting: 1, random: () => 0 };

function choose(options: readonly { machine: Machine; limit: number }[], waiting = 1) {
  return chooseOption(options, { ...demand, waiting })?.machine.address;
}

test('chooseOption() prefers the quicker machine', (t) => {
  const options = [
    { machine: machine('slow', 140), limit: 4 },
    { machine: machine('quick', 100), limit: 4 },
  ];
  t.is(choose(options), 'quick');
});

test('chooseOption() prefers the emptier of two equal machines, by their limits', (t) => {
  const options = [
    { machine: machine('half', 100, 2), limit: 4 },
    { machine: machine('quarter', 100, 2), limit: 8 },
  ];
  t.is(choose(options), 'quarter');
});

test('chooseOption() gives no slot beyond the limit', (t) => {
  t.is(choose([{ machine: machine('full', 100, 2), limit: 2 }]), undefined);
  t.is(choose([{ machine: machine('left', 100, 2), limit: 3 }]), 'left');
});

test('chooseOption() tries a machine that nobody knows yet', (t) => {
  const options = [
    { machine: machine('known', 100, 1), limit: 4 },
    { machine: machine('new', undefined), limit: 4 },
  ];
  t.is(choose(options), 'new');
});

test('chooseOption() lets few wait for a quick machine rather than take one four times slower', (t) => {
  const options = [
    { machine: machine('quick', 100, 4), limit: 4 },
    { machine: machine('slow', 400), limit: 4 },
  ];
  t.is(choose(options, 1), undefined);
  t.is(choose(options, 11), undefined);
  t.is(choose(options, 13), 'slow'); // 13 × 100 / 4 + 100 is more than 400
});

test('chooseOption() keeps from a suspect machine as long as there is another', (t) => {
  const suspect = machine('suspect', 10);
  suspect.isSuspect = true;
  const other = { machine: machine('other', 100, 2), limit: 2 };
  t.is(choose([{ machine: suspect, limit: 4 }, other]), undefined);
  t.is(choose([{ machine: suspect, limit: 4 }]), 'suspect');
});

test('chooseOption() lets machines that are alike take turns', (t) => {
  const options = [
    { machine: machine('a', 100), limit: 4 },
    { machine: machine('b', 104), limit: 4 },
  ];
  const randoms = [0.9, 0.1, 0.1, 0.9];
  const seen = [0, 1].map(
    () => chooseOption(options, { ...demand, random: () => randoms.shift() ?? 0 })?.machine.address,
  );
  t.deepEqual(seen, ['b', 'a']);
});
